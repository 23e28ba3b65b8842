"""The same plan on Spark, for tables that one machine cannot hold: labels, odd ids and questions, which are few, are settled on the driver; rows,
edges and chains stay on the cluster. The table is read anew wherever its texts are needed, and what is joined in between are numbers: 64-bit hashes
of ids, made otherwise should two ids ever have the same. Only models that are somebody's base are followed (spark_chains.py).
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from checker.audit import spark_chains as chains
from checker.audit import table as tables
from checker.audit.chain import AS_IT_IS, NOBODY_KNOWS, NOTHING, UNKNOWN, Sets, Token
from checker.audit.models import PLAIN, PROBLEMS, Known, Lookups, base_id, unusual
from checker.audit.plan import Question
from checker.audit.problems import problem
from checker.audit.result import ANSWERS, FACTS
from checker.audit.spark_chains import MISSING, STEPS, Followed, frame, small
from checker.errors import BadInput

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

#: ways of hashing that are tried
MAX_SEEDS = 5
#: bits of an edge: its step, its place among those of its child, is its relation not stated, is it the registry's: of equal ones the least is kept
_REGISTRY, _UNSTATED, _PLACE = 61, 60, 8
#: places of the edges of a row: those of a written list after the others, each by its place in the list; then those of the table of edges, then (from
#: twice as far on) those of the registry
_WRITTEN, _WITHIN, _EXTRA = 40, 8, 1 << 41
#: bits of a row's place: its file, its row in the file
_FILE = 40
#: beside the bits of the problems: the model is more than a copy of its bases
_CREATIVE = 1 << len(PROBLEMS)
#: what a base has that is one
_SOMETHING = r"[^\s\[\](){}\"',;|]"
_WHITE = " \t\n\r\x0b\x0c\x85\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
#: of Spark on this machine: a plan of many short queries, whose shuffles never leave it
_HERE = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "6g",
         "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseParallelGC", "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
         "spark.shuffle.compress": "false", "spark.shuffle.spill.compress": "false",
         "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": str(chains.FEW)}


def session() -> SparkSession:
    """The session that spark-submit gave, as it is set up there, or one on this machine."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("licet")
    if "PYSPARK_GATEWAY_PORT" not in os.environ:
        for name, value in _HERE.items():
            builder = builder.config(name, value)
    return builder.getOrCreate()


def plan(spark: SparkSession, paths: Sequence[str], columns: Mapping[str, str], extra: Iterable[tuple[str, str, str | None]], lookups: Lookups,
         scenarios: Sequence[str]) -> tuple[DataFrame, list[Question], int]:
    """Rows with the number of their question, the distinct questions, and the number of unusable rows. Raises BadInput."""
    edges = list(extra)
    for seed in range(MAX_SEEDS):
        with contextlib.suppress(_Alike):
            return _Plan(spark, lookups, scenarios, seed).run(paths, columns, edges)
    raise BadInput([problem("ids_of_equal_hash", paths[0], ways=MAX_SEEDS)])


class _Alike(Exception):
    """Two ids have the same hash."""


def joined(spark: SparkSession, rows: DataFrame, answers: Sequence[Mapping[str, Any]]) -> DataFrame:
    """The rows with the texts of the answers to their questions."""
    import pyspark.sql.functions as F  # noqa: N812 - as its users write it

    told = frame(spark, {"question": "int", **dict.fromkeys(answers[0], "string")}, [(number, *one.values()) for number, one in enumerate(answers)])
    found = rows.join(F.broadcast(told), "question")
    unread = (F.col("label") == "none") & F.col("declared").isNotNull()
    return found.withColumn("label", F.when(unread, F.lit("unclear")).otherwise(F.col("label"))).select(*FACTS, *ANSWERS)


class _Plan:
    def __init__(self, spark: SparkSession, lookups: Lookups, scenarios: Sequence[str], seed: int) -> None:
        import pyspark.sql.functions as functions

        self.f = functions
        self.spark, self.lookups, self.scenarios, self.seed = spark, lookups, scenarios, seed
        self.mechanical = [lookups.steps.index(one) for one in lookups.words["mechanical"]]
        self.tokens: dict[Token, int] = {NOBODY_KNOWS: UNKNOWN}
        self.granted: dict[int, int] = {}

    def run(self, paths: Sequence[str], columns: Mapping[str, str], extra: Sequence[tuple[str, str, str | None]]) -> tuple[DataFrame, list[Question], int]:
        f, parts = self.f, int(self.spark.conf.get("spark.sql.shuffle.partitions") or 1)
        rows, unusable = self._labelled(self._rows(paths, columns))
        ids = rows.select("number", "check", "token", "scenario").repartition(parts, "number").localCheckpoint()
        recurring = self._recurring(rows, ids)
        stated = self._stated(rows, recurring, extra)
        bases = stated.where("base is not null").groupBy(f.col("base").alias("number")).agg(
            f.min("base_check").alias("check"), f.max("base_check").alias("other_check"), f.max("local").alias("local")).localCheckpoint()
        names = self._names(rows, stated, bases, extra)
        known, added = self._registered(names, stated, bases)
        edges = stated.select("child", "base", "key").unionByName(added.select("child", "base", "key"))
        edges = edges.repartition(parts, "child").groupBy("child", "base").agg(f.min("key").alias("key"))
        edges = edges.select("child", "base", "key", f.col("key").bitwiseAND(STEPS - 1).cast("int").alias("step"),
                             f.shiftright("key", _PLACE).bitwiseAND((1 << _UNSTATED - _PLACE) - 1).alias("place")).localCheckpoint()
        bases = self._bases(bases, ids, recurring, known, added)
        inner = edges.join(small(bases.select(f.col("number").alias("child"))), "child", "left_semi").where("base is not null").localCheckpoint()
        names = names.select("number", "first").unionByName(added.select(f.col("base").alias("number"), "first"))
        named = self._own(bases).join(names.groupBy("number").agg(f.min("first").getField("name").alias("name")), "number", "left").localCheckpoint()
        followed = chains.follow(self.spark, inner.where("child != base"), named, self.mechanical, self._sets)
        children = self._children(edges, bases, inner, followed)
        ways = followed.nodes.select(f.col("number").alias("base"), "path")
        return *self._distinct(rows, ids, recurring, known, children, ways), unusable

    def _number(self, name: Column, way: int = 0) -> Column:
        """What an id is joined by, whatever its case. Another `way` tells ids apart that share it."""
        return self.f.xxhash64(self.f.lit(2 * self.seed + way), self.f.lower(name))

    # ---- rows and labels ---------------------------------------------------------------------------------------------

    def _rows(self, paths: Sequence[str], columns: Mapping[str, str]) -> DataFrame:
        """All rows of the files in the common form, and whether each is usable. Raises BadInput."""
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
        places = {str(Path(path).absolute()): (number, path) for number, path in enumerate(paths)}
        addresses = [urlsplit(one).path for one in raw.inputFiles()]    # whether an address has one slash or three differs within Spark
        files = frame(self.spark, {"file_path": "string", "file_number": "long", "file": "string"},
                      [(f"file:{slashes}{path}", *places[unquote(path)]) for path in addresses for slashes in ("", "//")])
        plain = f.col("id").rlike(tables.PLAIN_ID) & (f.octet_length("id") <= tables.MAX_ID)
        mended = f.regexp_replace(self._stripped("id"), tables.ADDRESS, "")
        rows = rows.join(f.broadcast(files), "file_path").withColumn("usable", plain).withColumn("id", f.when(plain, f.col("id")).otherwise(mended))
        good = (f.length("id") > 0) & (f.octet_length("id") <= tables.MAX_ID) & ~f.col("id").rlike(tables.CONTROL)
        return rows.withColumn("usable", f.coalesce(f.col("usable") | good, f.lit(False)))

    def _stripped(self, name: str) -> Column:
        return self.f.btrim(self.f.col(name), self.f.lit(_WHITE))

    def _labelled(self, rows: DataFrame) -> tuple[DataFrame, int]:
        """Usable rows with label, token, number and order; how many rows are unusable. Raises BadInput where a scenario is used that is not there."""
        f, words = self.f, self.lookups.words
        pointing = f.lower(self._stripped("license")).isin(words["see_license_name"])
        rows = rows.withColumn("label", f.when(pointing, f.coalesce("license_name", "license")).otherwise(f.col("license")))
        rows = rows.withColumn("label", self._stripped("label")).drop("license", "license_name")
        rows = rows.withColumn("label", f.when(~f.lower("label").isin(words["no_license"]), f.col("label")))
        used = rows.groupBy("label", "scenario").agg(f.count("*").alias("rows"), f.count_if("usable").alias("usable")).toArrow().to_pylist()
        unknown = sorted({one["scenario"] for one in used if one["usable"]} - {None, *self.scenarios})
        if unknown:
            there = ", ".join(self.scenarios)
            raise BadInput([problem("unknown_scenario_on_spark", f"column scenario: {one[:80]}", scenarios=there) for one in unknown[:20]])
        labels = sorted({one["label"] for one in used if one["usable"]} - {None})
        numbers = [(text, self.tokens.setdefault(self.lookups.label(text), len(self.tokens))) for text in labels]
        self.granted = {number: self._token(token._replace(text=None)) for token, number in tuple(self.tokens.items())}
        known = frame(self.spark, {"label": "string", "token": "int"}, numbers)
        rows = rows.where("usable").drop("usable").join(f.broadcast(known), "label", "left").withColumn("token", f.coalesce("token", f.lit(MISSING)))
        rows = rows.withColumn("number", self._number(f.col("id"))).withColumn("check", self._number(f.col("id"), 1))
        return rows.withColumn("order", f.shiftleft("file_number", _FILE) + f.col("row")), sum(one["rows"] - one["usable"] for one in used)

    def _token(self, token: Token | None) -> int:
        return MISSING if token is None else self.tokens.setdefault(token, len(self.tokens))

    @functools.cached_property
    def _sets(self) -> Sets:
        """The sets of tokens, once all tokens are known."""
        return Sets(list(self.tokens))

    def _recurring(self, rows: DataFrame, ids: DataFrame) -> DataFrame:
        """number, latest and said (token and label of the latest row that has one), kept (order of the latest row that has bases) of ids that recur."""
        f = self.f
        many = ids.groupBy("number").agg(f.count("*").alias("times"), (f.min("check") != f.max("check")).alias("alike")).where("times > 1").localCheckpoint()
        count, alike = many.agg(f.count("*"), f.max("alike")).collect()[0]
        if alike:
            raise _Alike
        if not count:                                           # what is joined with nothing is not joined at all
            return frame(self.spark, {"number": "long", "latest": "int", "said": "string", "kept": "long"}, ())
        created = f.coalesce("created", f.lit("")).alias("created")
        named = f.exists("base_model", lambda one: f.coalesce(one.rlike(_SOMETHING), f.lit(False)))
        latest = f.max(f.when(f.col("token") >= 0, f.struct(created, "order", "token", "label"))).alias("latest")
        kept = f.max(f.when(named, f.struct(created, "order"))).alias("kept")
        found = rows.join(small(many.select("number")), "number", "left_semi").groupBy("number").agg(latest, kept)
        return found.select("number", f.coalesce("latest.token", f.lit(MISSING)).alias("latest"), f.col("latest.label").alias("said"),
                            f.col("kept.order").alias("kept")).localCheckpoint()

    # ---- models and edges --------------------------------------------------------------------------------------------

    def _stated(self, rows: DataFrame, recurring: DataFrame, extra: Sequence[tuple[str, str, str | None]]) -> DataFrame:
        """The edges of the table: child, base (null where it was never filled in), base_check, local, key (bits), name (of the base), order (of the row)."""
        f, words, steps = self.f, self.lookups.words, self.lookups.steps
        kept = small(recurring.select("number", "kept"))
        having = rows.where(f.size("base_model") > 0).join(kept, "number", "left").where("kept is null or kept = order")
        alike = f.size("relation") == f.size("base_model")
        own = having.select(f.col("number").alias("child"), "order", f.when(alike, f.col("relation")).alias("each"),
                            f.get("relation", f.lit(0)).alias("all"), f.posexplode("base_model").alias("place", "text")).where("text is not null")
        unlike = ~f.col("text").rlike(PLAIN) | f.col("text").rlike(unusual(words)) | (f.octet_length("text") > tables.MAX_ID)
        odd = [one for text in own.select("text").where(unlike).distinct().toArrow()["text"].to_pylist() for one in _entries(text, words)]
        mended = frame(self.spark, {"text": "string", "written": "int", "within": "int", "mended": "string", "local": "int"}, odd)
        own = own.join(f.broadcast(mended), "text", "left").where("within is null or within >= 0")
        relations = f.create_map(*(f.lit(one) for relation, step in words["relations"].items() for one in (relation, steps.index(step))))
        unstated = steps.index(words["unstated_relation"])
        own = own.withColumn("relation", f.coalesce(f.get("each", "place"), f.when(f.col("each").isNull(), f.col("all")), f.lit("")))
        own = own.withColumn("step", f.element_at(relations, f.lower(self._stripped("relation"))))
        written, within = (f.coalesce(name, f.lit(0)).cast("long") for name in ("written", "within"))
        place = f.shiftleft(written, _WRITTEN) + f.shiftleft(f.col("place").cast("long"), _WITHIN) + within
        bits = f.shiftleft(f.col("step").isNull().cast("long"), _UNSTATED) + f.shiftleft(place, _PLACE) + f.coalesce("step", f.lit(unstated))
        own = own.select("child", bits.alias("key"), f.coalesce("mended", "text").alias("name"), f.coalesce("local", f.lit(0)).alias("local"), "order")
        both = own.unionByName(self._extra(extra)) if extra else own
        filled = f.col("name") != ""
        return both.withColumns({name: f.when(filled, self._number(f.col("name"), way)) for name, way in (("base", 0), ("base_check", 1))}).localCheckpoint()

    def _extra(self, extra: Sequence[tuple[str, str, str | None]]) -> DataFrame:
        """The edges of the table of edges; their bases are mended here."""
        words, steps = self.lookups.words, self.lookups.steps
        unstated = steps.index(words["unstated_relation"]) | 1 << _UNSTATED
        told = []
        for place, (child, base, relation) in enumerate(extra):
            name, odd = base_id(base, words)
            step = words["relations"].get((relation or "").strip().casefold())
            if name:
                bits = (_EXTRA + place) << _PLACE | (unstated if step is None else steps.index(step))
                told.append((child, bits, name, int(odd == "local_base"), 1 << 62 | place))
        found = frame(self.spark, {"child": "string", "key": "long", "name": "string", "local": "int", "order": "long"}, told)
        return found.withColumn("child", self._number(self.f.col("child")))

    def _names(self, rows: DataFrame, stated: DataFrame, bases: DataFrame, extra: Sequence[tuple[str, str, str | None]]) -> DataFrame:
        """number, first (when and how it was first written) of bases and of all whom the registry may know, known to it: 0 no, 1 yes, 2 if it is made from
        nothing that is stated. Some more than once."""
        f, lookups = self.f, self.lookups

        def written(rank: int, name: str, order: str) -> Column:
            first: Column = f.struct(f.lit(rank).alias("rank"), f.col(order).alias("order"), f.col(name).alias("name")).alias("first")
            return first

        def known(name: str) -> Column:
            publisher = f.substring_index(f.lower(name), "/", 1)
            certain = publisher.isin(list(lookups.publishers)) | f.lower(name).isin(list(lookups.legacy))
            sort: Column = f.when(certain, 1).when(publisher.isin(list(lookups.mirrors)), 2).otherwise(0).alias("known")
            return sort

        numbers = small(bases.select("number", f.lit(True).alias("is_base")))
        there = rows.select("number", written(0, "id", "order"), known("id")).join(numbers, "number", "left")
        there = there.where("is_base or known > 0").localCheckpoint()
        absent = bases.select("number").join(small(there.select("number")), "number", "left_anti").localCheckpoint()
        others = stated.join(small(absent.select(f.col("number").alias("base"))), "base", "left_semi")
        others = others.groupBy(f.col("base").alias("number")).agg(f.min(written(2, "name", "order")).alias("first"))
        others = others.select("number", "first", known("first.name"))
        found = there.drop("is_base").unionByName(others)
        if extra:
            children = frame(self.spark, {"child": "string", "order": "long"}, ((one[0], place) for place, one in enumerate(extra)))
            found = found.unionByName(children.select(self._number(f.col("child")).alias("number"), written(1, "child", "order"), known("child")))
        return found.localCheckpoint()

    def _registered(self, names: DataFrame, stated: DataFrame, bases: DataFrame) -> tuple[DataFrame, DataFrame]:
        """What the registry knows: number, known_token (missing: only bases), renamed; the edges that it adds: child, base, key, first."""
        f, lookups = self.f, self.lookups
        local = bases.where("local = 1").select("number").localCheckpoint()
        asked = names.where("known > 0").join(small(local), "number", "left_anti").select("number", "known", "first.name").localCheckpoint()
        made = stated.join(f.broadcast(asked.where("known = 2").select(f.col("number").alias("child"))), "child", "left_semi").where("base is not null")
        made_from = {one.child for one in made.select("child").distinct().collect()}
        seen = {one.name.casefold(): one.name for one in asked.collect() if one.known == 1 or one.number not in made_from}
        queue = list(seen.values())
        known: dict[str, Known] = {}
        added: list[tuple[str, str, int, int]] = []
        while queue:
            name = queue.pop()
            found = lookups.registry(name)
            if found is not None:
                known[name.casefold()] = found
                for base, action in found.bases:
                    step = lookups.steps.index(action) if action in lookups.steps else AS_IT_IS
                    added.append((name, base, 1 << _REGISTRY | 2 * _EXTRA + len(added) << _PLACE | step, len(added)))
                    if base.casefold() not in seen:
                        seen[base.casefold()] = base
                        queue.append(base)
        edges = frame(self.spark, {"child": "string", "base": "string", "key": "long", "order": "long"}, added)
        first = f.struct(f.lit(3).alias("rank"), "order", f.col("base").alias("name")).alias("first")
        edges = edges.select(self._number(f.col("child")).alias("child"), self._number(f.col("base")).alias("base"), "key", first)
        told = [(key, self._token(one.token), int(one.current.casefold() != key)) for key, one in known.items()]
        table = frame(self.spark, {"key": "string", "known_token": "int", "renamed": "int"}, told)
        return table.withColumn("number", self._number(f.col("key"))).drop("key"), edges

    def _bases(self, bases: DataFrame, ids: DataFrame, recurring: DataFrame, known: DataFrame, added: DataFrame) -> DataFrame:
        """Every model that is somebody's base: number, token (of its latest label), known_token, and whether it is local, renamed, there. Raises _Alike."""
        f = self.f
        added = added.select(f.col("base").alias("number")).distinct()
        everybody = bases.select("number").unionByName(added).localCheckpoint()
        rows = ids.join(small(everybody), "number", "left_semi")
        rows = rows.select("number", "check", f.col("check").alias("other_check"), "token", f.lit(1).alias("there"))
        parts = [bases.withColumn("is_base", f.lit(1)), added.withColumn("is_base", f.lit(1)), known.withColumn("there", f.lit(1)), rows]
        together = functools.reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), parts)
        most = [f.coalesce(f.max(name), f.lit(default)).alias(name)
                for name, default in {"local": 0, "renamed": 0, "there": 0, "known_token": MISSING, "token": MISSING, "is_base": 0}.items()]
        found = together.groupBy("number").agg(*most, (f.min("check") != f.max("other_check")).alias("alike")).where("is_base = 1")
        found = found.join(small(recurring.select("number", "latest")), "number", "left").withColumn("token", f.coalesce("latest", "token")).localCheckpoint()
        if not found.where("alike").isEmpty():
            raise _Alike
        return found

    def _own(self, bases: DataFrame) -> DataFrame:
        """Each base with the token of its own license."""
        f = self.f
        grants = frame(self.spark, {"token": "int", "granted": "int"}, self.granted.items())
        own = f.when(f.col("known_token") >= 0, f.col("known_token")).otherwise(f.coalesce("granted", f.lit(UNKNOWN)))
        return bases.join(f.broadcast(grants), "token", "left").select("number", own.alias("own"), (f.col("known_token") >= 0).alias("registered"))

    def _children(self, edges: DataFrame, bases: DataFrame, inner: DataFrame, followed: Followed) -> DataFrame:
        """Every model that is made from others: number, inherited (sets and steps, as one text), depth, bits (problems; is it more than a copy), first base."""
        f = self.f
        made = inner.select(f.col("child").alias("number"), f.lit(1).alias("made")).distinct()
        absent = (f.coalesce("made", "local", "there") + f.col("local") + f.col("there") == 0).alias("absent")
        passed = bases.join(made, "number", "left").join(followed.nodes, "number", "left").select(
            f.col("number").alias("base"), "whole", "depth", "local", "renamed", absent)
        circles = followed.circles.withColumn("circular", f.lit(True))
        told = edges.join(small(passed.localCheckpoint()), "base", "left").join(small(circles), ["child", "base"], "left")
        real = f.col("base").isNotNull() & (f.col("child") != f.col("base"))
        straight = real & f.col("circular").isNull()
        bits = {"self_loop": f.col("child") == f.col("base"), "cycle": f.col("circular"), "missing_base": f.col("absent"), "local_base": f.col("local") == 1,
                "placeholder_base": f.col("base").isNull(), "renamed_base": f.col("renamed") == 1,
                "relation_unstated": real & (f.shiftright("key", _UNSTATED).bitwiseAND(1) == 1)}
        flags = [f.when(one, 1 << PROBLEMS.index(name)).otherwise(0) for name, one in bits.items()]
        flags.append(f.when(real & ~f.col("step").isin(self.mechanical), _CREATIVE).otherwise(0))
        inherited = f.collect_set(f.when(straight, f.col("whole") * STEPS + f.col("step")))
        first = f.min(f.when(straight, f.struct("place", "base")))
        return told.groupBy(f.col("child").alias("number")).agg(
            f.concat_ws(",", f.sort_array(inherited)).alias("inherited"), f.max(f.when(straight, f.col("depth") + 1)).alias("depth"),
            f.bit_or(functools.reduce(lambda left, right: left + right, flags)).alias("bits"), first.alias("first")).localCheckpoint()

    # ---- questions ---------------------------------------------------------------------------------------------------

    def _distinct(self, rows: DataFrame, ids: DataFrame, recurring: DataFrame, known: DataFrame, children: DataFrame,
                  ways: DataFrame) -> tuple[DataFrame, list[Question]]:
        """The rows with the numbers of their questions, and the questions."""
        f = self.f
        number = {name: place for place, name in enumerate(self.scenarios)}
        keys = ["scenario", "inherited", "known_token", "token", "creative"]

        def asked(rows: DataFrame, children: DataFrame) -> DataFrame:
            found = rows.join(children.hint("shuffle_hash"), "number", "left").join(small(recurring.drop("kept")), "number", "left")
            found = found.join(f.broadcast(known.select("number", "known_token")), "number", "left")
            latest = f.coalesce("latest", "token")
            recurs = (f.col("token") >= 0) & (f.col("token") != latest)
            bits = f.coalesce("bits", f.lit(0)) + f.when(recurs, 1 << PROBLEMS.index("recurs")).otherwise(0)
            return found.withColumns({
                "bits": bits, "token": f.when(f.col("token") >= 0, f.col("token")).otherwise(latest), "creative": bits.bitwiseAND(_CREATIVE) != 0,
                "inherited": f.coalesce("inherited", f.lit("")), "known_token": f.coalesce("known_token", f.lit(MISSING)),
                "scenario": f.coalesce("scenario", f.lit(self.scenarios[0]))})

        questions: dict[Question, int] = {}
        told = []
        for one in asked(ids, children.drop("first")).select(keys).distinct().toArrow().to_pylist():
            question = self._question(number[one["scenario"]], one["inherited"], one["known_token"], one["token"], one["creative"])
            told.append((*(one[key] for key in keys), questions.setdefault(question, len(questions))))
        kinds = {"scenario": "string", "inherited": "string", "known_token": "int", "token": "int", "creative": "boolean", "question": "int"}
        table = frame(self.spark, kinds, told)
        names = f.concat_ws("; ", *(f.when(f.col("bits").bitwiseAND(1 << place) != 0, name) for place, name in enumerate(PROBLEMS)))
        placed = children.join(small(ways), f.col("first.base") == f.col("base"), "left").drop("first", "base")
        found = asked(rows, placed).join(f.broadcast(table), keys)
        found = found.select("file", "row", "id", f.coalesce("label", "said").alias("declared"), "downloads", "created",
                             f.coalesce("depth", f.lit(0)).cast("short").alias("depth"), "path", names.alias("problems"), "question", "scenario")
        return found, list(questions)

    def _question(self, scenario: int, inherited: str, known: int, label: int, creative: bool) -> Question:
        sets = self._sets
        number = NOTHING
        for passed, step in chains.members(inherited):
            number = sets.both(number, sets.after(passed, step))
        if known >= 0:
            number = sets.with_own(number, known)
        own = self.granted.get(label, UNKNOWN) if number == NOTHING or (creative and known < 0) else MISSING
        if number != NOTHING and own >= 0 and sets.covers(number, own):
            own = MISSING
        declared = MISSING if number == NOTHING else label
        own_token, label_token = (sets.tokens[one] if one >= 0 else None for one in (own, declared))
        return Question(scenario, sets.told(number, self.lookups.steps), own_token, label_token)


def _entries(text: str, words: Mapping[str, Any]) -> Iterable[tuple[str, int, int, str, int]]:
    """What a base that looks odd names: the text; was it a written list; the place in it (-1: it names nothing), the model, is it a path."""
    written = bool(re.search(tables.WRITTEN_LIST, text))
    named = [(place, one.strip()) for place, one in enumerate(tables.split(text) if written else [text])]
    found = [(place, *base_id(one, words)) for place, one in named if 0 < len(one.encode()) <= tables.MAX_ID]
    return [(text, int(written), place, name, int(odd == "local_base")) for place, name, odd in found] or [(text, 0, -1, "", 0)]
