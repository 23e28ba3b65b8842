"""The rows of tables on Spark: their texts in the common form, what their labels say, and what of each row is numbers."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from checker.audit import table as tables
from checker.audit.chain import NOBODY_KNOWS, UNKNOWN, Token
from checker.audit.models import PLAIN, Lookups
from checker.audit.problems import problem
from checker.audit.spark_chains import MISSING, frame
from checker.errors import BadInput

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

#: bits of an edge: its step, its place among those of its child, is its relation not stated, is it the registry's: of equal ones the least is kept
REGISTRY, UNSTATED, PLACE = 61, 60, 8
#: bits of where a name was first written: the place, and how: as the id of a row, as a child of the table of edges, as a base there, before it in a row
FIRST = 60
AS_ID, AS_CHILD, AS_BASE, AS_FURTHER_BASE = range(4)
#: bits of a row's place: its file, its row in the file
_FILE = 40
_WHITE = " \t\n\r\x0b\x0c\x85\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


class Rows:
    """Reads rows. `tokens`: those of labels, numbered; `granted`: by the number of a label's token that of the same license under no name."""

    def __init__(self, spark: SparkSession, lookups: Lookups, scenarios: Sequence[str], seed: int) -> None:
        import pyspark.sql.functions as functions

        self.f = functions
        self.spark, self.lookups, self.scenarios, self.seed = spark, lookups, scenarios, seed
        self.tokens: dict[Token, int] = {NOBODY_KNOWS: UNKNOWN}
        self.granted: dict[int, int] = {}

    def number(self, name: Column, way: int = 0) -> Column:
        """What an id is joined by, whatever its case. Another `way` tells ids apart that share it."""
        return self.f.xxhash64(self.f.lit(2 * self.seed + way), self.f.lower(name))

    def token(self, token: Token | None) -> int:
        """The number of a token."""
        return MISSING if token is None else self.tokens.setdefault(token, len(self.tokens))

    def known(self, name: Column) -> Column:
        """May the registry know an id: 0 no, 1 yes, 2 if it is made from nothing that is stated."""
        f, lookups = self.f, self.lookups
        publisher = f.substring_index(f.lower(name), "/", 1)
        certain = publisher.isin(list(lookups.publishers)) | f.lower(name).isin(list(lookups.legacy))
        sort: Column = f.when(certain, 1).when(publisher.isin(list(lookups.mirrors)), 2).otherwise(0)
        return sort

    def odd(self, name: Column) -> Column:
        """Is a base to be looked at closer, since it may be no model's id as it stands."""
        f, words = self.f, self.lookups.words
        whole, folder = f.lower(name), f.substring_index(f.lower(name), "/", 1)
        folders, endings, empty = ([one for one in words[kind] if one] for kind in ("local_folders", "local_endings", "no_base"))
        ending = functools.reduce(lambda left, right: left | right, (f.endswith(whole, f.lit(one)) for one in endings))
        found: Column = (~name.rlike(PLAIN) | (f.octet_length(name) > tables.MAX_ID) | (folder.isin(folders) & name.contains("/")) | ending | whole.isin(empty))
        return found

    def step(self, relation: Column) -> Column:
        """Bits of an edge: its step, and whether that is not stated."""
        f, words, steps = self.f, self.lookups.words, self.lookups.steps
        relations = f.create_map(*(f.lit(one) for relation, step in words["relations"].items() for one in (relation, steps.index(step))))
        unstated = steps.index(words["unstated_relation"]) | 1 << UNSTATED
        found = (f.element_at(relations, f.lower(one)).cast("long") for one in (relation, self._stripped(relation)))
        bits: Column = f.coalesce(*found, f.lit(unstated))
        return bits

    def lone(self, rows: DataFrame, base: Column) -> DataFrame:
        """The rows with the edge of those that have a single `base` (text): base, base_check (both null where there is none) and key."""
        f = self.f
        key = self.step(f.coalesce(f.get("relation", f.lit(0)), f.lit("")))
        rows = rows.withColumn("lone", base)
        return rows.withColumns({"base": f.when(f.col("lone").isNotNull(), self.number(f.col("lone"))), "key": f.when(f.col("lone").isNotNull(), key),
                                 "base_check": f.when(f.col("lone").isNotNull(), self.number(f.col("lone"), 1))}).drop("lone")

    def numbers(self, rows: DataFrame) -> DataFrame:
        """What of each row is numbers, with the edge of those that have one base which is plainly an id, and whether it has others (`several`)."""
        f = self.f
        first = f.get("base_model", f.lit(0))
        found = self.lone(rows.withColumn("check", self.number(f.col("id"), 1)), f.when((f.size("base_model") == 1) & ~self.odd(first), first))
        several = (f.size("base_model") > 0) & f.col("base").isNull()
        return found.select("number", "check", "order", "token", "scenario", self.known(f.col("id")).alias("known"), "base", "base_check", "key",
                            f.coalesce(several, f.lit(False)).alias("several"))

    def labelled(self, paths: Sequence[str], columns: Mapping[str, str]) -> tuple[DataFrame, int]:
        """Usable rows with label, token, number and order; how many rows are unusable. Raises BadInput, also where a scenario is used that is not there."""
        f, words = self.f, self.lookups.words
        rows = self._texts(paths, columns)
        marked = self._marked(rows)
        label = self._stripped(f.col("raw_label"))
        used = marked.groupBy("raw_label", "scenario").agg(f.count("*").alias("rows"), f.count_if("usable").alias("usable"), f.count_if("plain").alias("plain"))
        used = used.withColumn("label", f.when(~f.lower(label).isin(words["no_license"]), label)).toArrow().to_pylist()
        unknown = sorted({one["scenario"] for one in used if one["usable"]} - {None, *self.scenarios})
        if unknown:
            there = ", ".join(self.scenarios)
            raise BadInput([problem("unknown_scenario_on_spark", f"column scenario: {one[:80]}", scenarios=there) for one in unknown[:20]])
        labels = {one["raw_label"]: one["label"] for one in used if one["usable"] and one["label"] is not None}
        numbers = {text: self.token(self.lookups.label(text)) for text in sorted(set(labels.values()))}
        told = [(raw, text, numbers[text]) for raw, text in labels.items()]
        self.granted = {number: self.token(token._replace(text=None)) for token, number in tuple(self.tokens.items())}
        if any(one["rows"] > one["plain"] for one in used):     # otherwise no id need be looked at again
            rows = marked.where("usable")
        rows = rows.join(f.broadcast(frame(self.spark, {"raw_label": "string", "label": "string", "token": "int"}, told)), "raw_label", "left")
        rows = rows.withColumn("token", f.coalesce("token", f.lit(MISSING))).withColumn("number", self.number(f.col("id")))
        return rows, sum(one["rows"] - one["usable"] for one in used)

    def _texts(self, paths: Sequence[str], columns: Mapping[str, str]) -> DataFrame:
        """All rows of the files in the common form. Raises BadInput."""
        f, words = self.f, self.lookups.words
        raw = self.spark.read.parquet(*(re.sub(r"([\\*?\[\]{}])", r"\\\1", str(Path(path).absolute())) for path in paths))
        found = tables.columns_of(paths[0], raw.columns, words["columns"], columns)
        kinds = dict(raw.dtypes)
        text_columns = {name: column for name, column in found.items() if name in (*tables.TEXT, *tables.LISTS) and name != "created"}
        wrong = [problem("column_no_text_on_spark", paths[0], 1, 1, name=column, kind=kinds[column], stands_for=name)
                 for name, column in text_columns.items() if kinds[column] not in ("string", "array<string>", "void")]
        if wrong:
            raise BadInput(wrong)

        def column(name: str, kind: str) -> Column:
            there: Column = f.col(f"`{found[name]}`") if name in found else f.lit(None).cast(kind)
            return there

        def text(name: str) -> Column:
            value = column(name, "string")
            value = f.concat_ws(" AND ", value) if name in found and kinds[found[name]].startswith("array") else value.cast("string")
            bounded: Column = f.substring(f.when(value != "", value), 1, tables.MAX_LABEL).alias(name)
            return bounded

        def several(name: str) -> Column:
            listed = column(name, "array<string>")
            plain = name in found and not kinds[found[name]].startswith("array")
            found_here: Column = f.when(listed.isNotNull(), f.array(listed.cast("string"))) if plain else listed
            return found_here.alias(name)

        downloads = column("downloads", "long").try_cast("long").alias("downloads")
        rows = raw.select(*(text(name) for name in tables.TEXT), *(several(name) for name in tables.LISTS), downloads,
                          f.col("_metadata.file_path").alias("file_path"), (f.col("_metadata.row_index") + 1).alias("row"))
        pointing = f.col("license_name").isNotNull() & f.lower(self._stripped(f.col("license"))).isin(words["see_license_name"])
        rows = rows.withColumn("raw_label", f.when(pointing, f.col("license_name")).otherwise(f.col("license"))).drop("license", "license_name")
        return self._placed(rows, paths, raw.inputFiles())

    def _placed(self, rows: DataFrame, paths: Sequence[str], addresses: Sequence[str]) -> DataFrame:
        """The rows with their file, as it was named, and their order among all."""
        f = self.f
        if len(paths) == 1:
            return rows.drop("file_path").withColumns({"file": f.lit(paths[0]), "order": f.col("row")})
        places = {str(Path(path).absolute()): (number, path) for number, path in enumerate(paths)}
        files = frame(self.spark, {"file_path": "string", "file_number": "long", "file": "string"},
                      [(f"file:{slashes}{path}", *places[unquote(path)])       # whether an address has one slash or three differs within Spark
                       for path in (urlsplit(one).path for one in addresses) for slashes in ("", "//")])
        rows = rows.join(f.broadcast(files), "file_path").withColumn("order", f.shiftleft("file_number", _FILE) + f.col("row"))
        return rows.drop("file_path", "file_number")

    def _marked(self, rows: DataFrame) -> DataFrame:
        """The rows with their ids mended, whether these are usable, and whether they were as they stood."""
        f = self.f
        plain = f.coalesce(f.col("id").rlike(tables.PLAIN_ID) & (f.octet_length("id") <= tables.MAX_ID), f.lit(False))
        mended = f.regexp_replace(self._stripped(f.col("id")), tables.ADDRESS, "")
        rows = rows.withColumn("plain", plain).withColumn("id", f.when(f.col("plain"), f.col("id")).otherwise(mended))
        good = (f.length("id") > 0) & (f.octet_length("id") <= tables.MAX_ID) & ~f.col("id").rlike(tables.CONTROL)
        return rows.withColumn("usable", f.col("plain") | f.coalesce(good, f.lit(False)))

    def _stripped(self, name: Column) -> Column:
        return self.f.btrim(name, self.f.lit(_WHITE))
