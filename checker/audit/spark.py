"""The same plan on Spark, for tables that one machine cannot hold: labels, ids and questions, which are few, are settled on the driver; rows,
edges and chains stay on the cluster. Ids are joined by their 64-bit hashes, and hashed otherwise should two of them ever have the same. Chains are
followed by pointer jumping: each round doubles their length, so 16 models take four joins.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checker.audit import table as tables
from checker.audit.chain import NOBODY_KNOWS, NOTHING, UNKNOWN, Sets, Token, components
from checker.audit.models import PLAIN, PROBLEMS, Known, Lookups, base_id, unusual
from checker.audit.plan import Question
from checker.audit.problems import problem
from checker.errors import BadInput

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

#: steps are stored beside their token in one integer
_STEPS = 16
#: doublings of a chain; 2 to this power is longer than any chain
MAX_ROUNDS = 40
#: times that models without a base or a child are taken off before circles are looked for
MAX_PEELS = 5
#: ways of hashing that are tried; how many of anything may be sent to every machine, or to this one
MAX_SEEDS, FEW = 5, 500_000
_MISSING = -1
#: of Spark on this machine: a plan of many short queries is done before thorough compiling pays
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseParallelGC"


def session() -> SparkSession:
    """The session that spark-submit gave, or one on this machine."""
    from pyspark.sql import SparkSession

    return (SparkSession.builder.appName("licet").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.extraJavaOptions", _JAVA).config("spark.driver.memory", "6g")
            .config("spark.sql.shuffle.partitions", str(2 * (os.cpu_count() or 1))).getOrCreate())


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

    told = spark.createDataFrame([{"question": number, **answer} for number, answer in enumerate(answers)],
                                 "question int, " + ", ".join(f"{name} string" for name in answers[0]))
    found = rows.join(F.broadcast(told), "question")
    unread = (F.col("label") == "none") & F.col("declared").isNotNull()
    return found.withColumn("label", F.when(unread, F.lit("unclear")).otherwise(F.col("label")))


class _Plan:
    def __init__(self, spark: SparkSession, lookups: Lookups, scenarios: Sequence[str], seed: int) -> None:
        import pyspark.sql.functions as functions

        self.f = functions
        self.spark, self.lookups, self.scenarios, self.seed = spark, lookups, scenarios, seed
        self.tokens: dict[Token, int] = {NOBODY_KNOWS: UNKNOWN}

    def run(self, paths: Sequence[str], columns: Mapping[str, str], extra: Sequence[tuple[str, str, str | None]]) -> tuple[DataFrame, list[Question], int]:
        f = self.f
        rows, granted, unusable = self._rows(paths, columns)
        edges = self._edges(rows, extra)
        nodes, edges = self._models(rows, edges, [child for child, _, _ in extra])
        straight, circular = self._without_circles(edges)
        reached = self._closure(straight)
        nodes = self._speaking(nodes, edges, straight, reached, granted)
        nodes = self._inherited(nodes, reached)
        nodes = nodes.join(circular, "number", "left").withColumn(
            "problems", f.col("odd") + f.coalesce(f.col("circular"), f.lit(0)) * (1 << PROBLEMS.index("cycle")))
        of_models = nodes.select("number", "inherited", "creative", "known_token", "depth", "problems", "said", "latest")
        asked = rows.select("number", "id", "label", "token", "created", "scenario", "downloads").join(of_models, "number")
        asked = asked.withColumn("recurs", ((f.col("token") >= 0) & (f.col("token") != f.col("latest"))).cast("int"))
        asked = asked.withColumn("declared", f.coalesce("label", "said"))
        asked = asked.withColumn("token", f.when(f.col("token") >= 0, f.col("token")).otherwise(f.col("latest")))
        rows, questions = self._distinct(asked.drop("label", "said", "latest"), granted)
        return rows, questions, unusable

    def _number(self, name: Column) -> Column:
        """What an id is joined by, whatever its case."""
        return self.f.xxhash64(self.f.lit(self.seed), self.f.lower(name))

    # ---- rows and labels ---------------------------------------------------------------------------------------------

    def _rows(self, paths: Sequence[str], columns: Mapping[str, str]) -> tuple[DataFrame, dict[int, int], int]:
        """Usable rows with their label and its token; label token -> token of what it grants; how many rows are unusable."""
        f, words = self.f, self.lookups.words
        raw = self.spark.read.parquet(*paths)
        found = tables.columns_of(paths[0], raw.columns, words["columns"], columns)
        kinds = dict(raw.dtypes)
        text_columns = {name: column for name, column in found.items() if name in (*tables.TEXT, *tables.LISTS) and name != "created"}
        wrong = [problem("column_no_text_on_spark", paths[0], 1, 1, name=column, kind=kinds[column], stands_for=name)
                 for name, column in text_columns.items() if kinds[column] not in ("string", "array<string>", "void")]
        if wrong:
            raise BadInput(wrong)

        def text(name: str) -> Column:
            if name not in found:
                absent: Column = f.lit(None).cast("string").alias(name)
                return absent
            column = f.col(f"`{found[name]}`")
            value = f.concat_ws(" AND ", column) if kinds[found[name]].startswith("array") else column.cast("string")
            bounded: Column = f.substring(f.when(value != "", value), 1, tables.MAX_LABEL).alias(name)
            return bounded

        def several(name: str) -> Column:
            if name not in found:
                absent: Column = f.lit(None).cast("array<string>").alias(name)
                return absent
            column = f.col(f"`{found[name]}`")
            listed: Column = column if kinds[found[name]].startswith("array") else f.when(column.isNotNull(), f.array(column.cast("string")))
            return listed.alias(name)

        downloads = f.col(f"`{found['downloads']}`").cast("long") if "downloads" in found else f.lit(None).cast("long")
        rows = raw.select(*(text(name) for name in tables.TEXT), *(several(name) for name in tables.LISTS), downloads.alias("downloads"))
        rows = rows.withColumn("id", f.regexp_replace(f.trim("id"), tables.ADDRESS, ""))
        usable = (f.length("id") > 0) & (f.octet_length("id") <= tables.MAX_ID) & ~f.col("id").rlike(tables.CONTROL)
        license, name = (f.trim(one) for one in ("license", "license_name"))
        label = f.when(f.lower(license).isin(words["see_license_name"]) & (name != ""), name).otherwise(license)
        rows = rows.where(usable).withColumn("label", f.when(~f.lower(label).isin(words["no_license"]), label)).drop("license", "license_name")
        known, granted = self._labels(rows.select("label", "scenario").distinct().collect())
        rows = rows.join(f.broadcast(known), "label", "left").withColumn("token", f.coalesce("token", f.lit(_MISSING)))
        rows = rows.withColumn("number", self._number(f.col("id"))).withColumn("row", f.monotonically_increasing_id()).localCheckpoint()
        return rows, granted, raw.count() - rows.count()

    def _labels(self, used: Iterable[Any]) -> tuple[DataFrame, dict[int, int]]:
        """Label and token of the labels used; label token -> token of what it grants. Raises BadInput where a scenario is used that is not there."""
        labels = sorted({one.label for one in used if one.label is not None})
        unknown = sorted({one.scenario for one in used if one.scenario is not None and one.scenario not in self.scenarios})
        if unknown:
            there = ", ".join(self.scenarios)
            raise BadInput([problem("unknown_scenario_on_spark", f"column scenario: {one[:80]}", scenarios=there) for one in unknown[:20]])
        numbers = [(text, self.tokens.setdefault(self.lookups.label(text), len(self.tokens))) for text in labels]
        granted = {number: self.tokens.setdefault(token._replace(text=None), len(self.tokens)) for token, number in tuple(self.tokens.items())}
        return self.spark.createDataFrame(numbers or [("", _MISSING)], "label string, token int"), granted

    # ---- models and edges --------------------------------------------------------------------------------------------

    def _edges(self, rows: DataFrame, extra: Sequence[tuple[str, str, str | None]]) -> DataFrame:
        """child, base (numbers), base_name, step (negative where not stated), odd, place."""
        f, words, steps = self.f, self.lookups.words, self.lookups.steps
        having = self._latest(rows.where(f.size("base_model") > 0).select("number", "created", "row", "base_model", "relation"))
        many = f.size("relation") > 1
        relation = f.when(many, f.get("relation", f.col("place"))).otherwise(f.get("relation", f.lit(0)))
        own = having.select(f.col("number").alias("child"), "relation", f.posexplode("base_model").alias("place", "base_name"))
        own = own.select("child", "place", f.trim("base_name").alias("base_name"), relation.alias("relation"))
        more = [(child, 1_000_000 + place, base, relation) for place, (child, base, relation) in enumerate(extra)]
        if more:
            added = self.spark.createDataFrame(more, "child string, place int, base_name string, relation string")
            own = own.unionByName(added.withColumn("child", self._number(f.col("child"))))
        own = own.where("base_name is not null and base_name != ''").localCheckpoint()
        unlike = ~f.col("base_name").rlike(PLAIN) | f.col("base_name").rlike(unusual(words))
        odd = [one for (one,) in own.select("base_name").where(unlike).distinct().collect()]
        mended = self.spark.createDataFrame([(one, *base_id(one, words)) for one in odd] or [("", "", None)], "base_name string, mended string, odd string")
        own = own.join(f.broadcast(mended), "base_name", "left").withColumn("base_name", f.coalesce("mended", "base_name")).drop("mended")
        stated = [f.when(f.lower(f.trim("relation")) == relation, steps.index(step)) for relation, step in words["relations"].items()]
        own = own.withColumn("step", f.coalesce(*stated, f.lit(-steps.index(words["unstated_relation"]))))
        return own.withColumn("base", self._number(f.col("base_name"))).drop("relation")

    def _latest(self, having: DataFrame) -> DataFrame:
        """Of rows with the same id the latest. Few ids recur: only their rows are compared."""
        f = self.f
        recurring = having.groupBy("number").count().where("count > 1").select("number").localCheckpoint()
        if recurring.isEmpty():
            return having
        several = having.join(self._small(recurring), "number", "left_semi")
        age = f.struct(f.coalesce("created", f.lit("")), "row")
        kept = several.groupBy("number").agg(f.max_by("row", age).alias("kept"))
        passed_over = several.select("number", "row").join(kept, "number").where("row != kept").select("row").localCheckpoint()
        return having.join(self._small(passed_over), "row", "left_anti")

    def _small(self, frame: DataFrame) -> DataFrame:
        """The frame, sent to every machine if there is little of it."""
        return self.f.broadcast(frame) if frame.count() <= FEW else frame

    def _models(self, rows: DataFrame, edges: DataFrame, children: Sequence[str]) -> tuple[DataFrame, DataFrame]:
        """Every model by number, with its latest label, what the registry knows and what was odd about its bases; the edges."""
        f = self.f
        first = f.min(f.struct((f.col("step") < 0).cast("int"), "place", "step", "odd", "base_name")).alias("first")
        edges = edges.groupBy("child", "base").agg(first).select("child", "base", "first.*").drop("place").localCheckpoint()
        nodes = self._nodes(rows, edges, children).localCheckpoint()
        if not nodes.where("id_key != other_key").isEmpty():
            raise _Alike
        edges = edges.where("base_name != ''")
        known, more = self._registered(nodes)
        if more:
            nodes, edges = self._with_registry(nodes, edges, more)
        registry = [(key, self._token(one.token), int(one.current.casefold() != key)) for key, one in known.items()]
        told = self.spark.createDataFrame(registry or [("", _MISSING, 0)], "id_key string, known_token int, renamed int")
        told = told.withColumn("number", self._number(f.col("id_key"))).drop("id_key")
        return self._told(nodes.join(f.broadcast(told), "number", "left"), edges.drop("base_name"))

    def _nodes(self, rows: DataFrame, edges: DataFrame, children: Sequence[str]) -> DataFrame:
        """Whatever is a row, or a base, or has one; each once, by number. `id_key`, `other_key`: its id, twice, unless two share the number."""
        f = self.f
        said = f.when(f.col("token") >= 0, f.struct(f.coalesce("created", f.lit("")).alias("created"), "row", "token", "label")).alias("latest")
        made = (f.col("base_name") != "").cast("int").alias("made")
        placeholder = (f.col("base_name") == "").cast("int").alias("placeholder")
        parts = [rows.select("number", "id", said, f.lit(1).alias("in_table")),
                 edges.where("base_name != ''").select(f.col("base").alias("number"), f.col("base_name").alias("id"),
                                                       (f.col("odd") == "local_base").cast("int").alias("is_local")),
                 edges.select(f.col("child").alias("number"), made, placeholder)]
        if children:
            added = self.spark.createDataFrame([(child,) for child in children], "id string")
            parts.append(added.select(self._number(f.col("id")).alias("number"), "id"))
        together = functools.reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), parts)
        flags = [f.max(name).alias(name) for name in ("in_table", "is_local", "made", "placeholder")]
        keys = [f.min(f.lower("id")).alias("id_key"), f.max(f.lower("id")).alias("other_key"), f.max("id").alias("id")]
        found = together.groupBy("number").agg(f.max("latest").alias("latest"), *flags, *keys)
        return found.withColumn("said", f.col("latest.label")).withColumn("latest", f.coalesce("latest.token", f.lit(_MISSING)))

    def _with_registry(self, nodes: DataFrame, edges: DataFrame, more: Sequence[tuple[str, str, int]]) -> tuple[DataFrame, DataFrame]:
        """Nodes and edges with those that the registry adds, where they are not there. They are few: what is there of them comes here."""
        f = self.f
        added = self.spark.createDataFrame(more, "child_id string, base_name string, step int")
        added = added.withColumn("child", self._number(f.col("child_id"))).withColumn("base", self._number(f.col("base_name")))
        added = added.drop("child_id").localCheckpoint()
        there = edges.join(f.broadcast(added.select("child", "base")), ["child", "base"], "left_semi").select("child", "base").localCheckpoint()
        added = added.join(f.broadcast(there), ["child", "base"], "left_anti").localCheckpoint()
        bases = added.select(f.col("base").alias("number")).distinct()
        known = nodes.join(f.broadcast(bases), "number", "left_semi").select("number").localCheckpoint()
        fresh = bases.join(f.broadcast(known), "number", "left_anti").withColumn("latest", f.lit(_MISSING))
        made = added.select(f.col("child").alias("number")).distinct().withColumn("made_too", f.lit(1))
        nodes = nodes.unionByName(fresh, allowMissingColumns=True).join(f.broadcast(made), "number", "left").withColumn("made", f.coalesce("made_too", "made"))
        return nodes.drop("made_too"), edges.unionByName(added, allowMissingColumns=True)

    def _token(self, token: Token | None) -> int:
        return _MISSING if token is None else self.tokens.setdefault(token, len(self.tokens))

    def _registered(self, nodes: DataFrame) -> tuple[dict[str, Known], list[tuple[str, str, int]]]:
        """What the registry knows of the models that it may know, and the edges that it adds: child, base, step."""
        f, lookups = self.f, self.lookups
        publisher = f.split("id_key", "/").getItem(0)
        mirrored = publisher.isin(list(lookups.mirrors)) & (f.coalesce("made", f.lit(0)) == 0)
        may_be_known = publisher.isin(list(lookups.publishers)) | mirrored | f.col("id_key").isin(list(lookups.legacy))
        queue = [name for (name,) in nodes.where(may_be_known & (f.coalesce("is_local", f.lit(0)) == 0)).select("id").collect()]
        seen = {name.casefold() for name in queue}
        known, more = {}, []
        while queue:
            name = queue.pop()
            found = lookups.registry(name)
            if found is not None:
                known[name.casefold()] = found
                for base, action in found.bases:
                    more.append((name, base, lookups.steps.index(action) if action in lookups.steps else 0))
                    if base.casefold() not in seen:
                        seen.add(base.casefold())
                        queue.append(base)
        return known, more

    def _told(self, nodes: DataFrame, edges: DataFrame) -> tuple[DataFrame, DataFrame]:
        """Nodes with the bits of what was odd, and edges without those to itself."""
        f = self.f
        nodes = nodes.localCheckpoint()
        there = f.coalesce("in_table", f.when(f.col("made") == 1, 1), f.when(f.col("is_local") == 1, 1), "known_token").isNotNull()
        base = nodes.select(f.col("number").alias("base"), there.alias("there"), "is_local", "renamed").where("not there or is_local = 1 or renamed = 1")
        edges = edges.localCheckpoint()
        itself = f.col("child") == f.col("base")
        bits = {"self_loop": itself, "relation_unstated": (f.col("step") < 0) & ~itself, "local_base": f.col("is_local") == 1,
                "missing_base": ~f.coalesce("there", f.lit(True)), "renamed_base": f.col("renamed") == 1}
        flags = [f.max(f.when(condition, 1 << PROBLEMS.index(name)).otherwise(0)) for name, condition in bits.items()]
        by_child = edges.join(base, "base", "left").groupBy(f.col("child").alias("number"))
        odd = by_child.agg(functools.reduce(lambda left, right: left + right, flags).alias("odd"))
        placeholder = f.coalesce("placeholder", f.lit(0)) * (1 << PROBLEMS.index("placeholder_base"))
        nodes = nodes.join(odd, "number", "left").withColumn("odd", f.coalesce("odd", f.lit(0)) + placeholder)
        nodes = nodes.select("number", "latest", "said", "known_token", "odd").localCheckpoint()
        return nodes, edges.select("child", "base", f.abs("step").alias("step")).where("child != base").localCheckpoint()

    # ---- chains ------------------------------------------------------------------------------------------------------

    def _closure(self, edges: DataFrame) -> DataFrame:
        """Every ancestor of each model, by every step that a path can have as its highest, with the longest such path."""
        f = self.f
        reached = edges.select("child", "base", "step", f.lit(1).alias("hops")).localCheckpoint()
        before = reached.count()
        for number in range(1, MAX_ROUNDS):
            further = reached.select(f.col("child").alias("base"), f.col("base").alias("far"), f.col("step").alias("far_step"), f.col("hops").alias("far_hops"))
            jumped = reached.join(further, "base").select("child", f.col("far").alias("base"), f.greatest("step", "far_step").alias("step"),
                                                          f.least(f.col("hops") + f.col("far_hops"), f.lit(1 << 29)).alias("hops"))
            reached = reached.unionByName(jumped).groupBy("child", "base", "step").agg(f.max("hops").alias("hops")).localCheckpoint()
            now, longest = reached.agg(f.count("*"), f.coalesce(f.max("hops"), f.lit(0))).collect()[0]
            if now == before or longest < 1 << number:          # a round doubles what can be seen, and nothing is as far as that
                break
            before = now
        return reached

    def _without_circles(self, edges: DataFrame) -> tuple[DataFrame, DataFrame]:
        """The edges without those of circles, and the models on them. What no longer has a base or a child after peeling cannot lie on one."""
        f = self.f
        left = edges.localCheckpoint()
        many = left.count()
        for _ in range(MAX_PEELS):                              # so that little but circles is looked at
            before = many
            inner = left.join(left.select(f.col("child").alias("base")).distinct(), "base", "left_semi")
            left = inner.join(inner.select(f.col("base").alias("child")).distinct(), "child", "left_semi").localCheckpoint()
            many = left.count()
            if many in (0, before):
                break
        within = self._on_circles(left) if many <= FEW else self._on_long_circles(left)
        circular = within.select(f.col("child").alias("number")).distinct().withColumn("circular", f.lit(1))
        return edges.join(self._small(within), ["child", "base"], "left_anti").localCheckpoint(), circular

    def _on_circles(self, left: DataFrame) -> DataFrame:
        """The edges of circles among a few, which are looked at here."""
        import numpy as np

        edges = np.array([tuple(one) for one in left.select("child", "base").collect()], np.int64).reshape(-1, 2)
        ids, place = np.unique(edges, return_inverse=True)
        ends = place.reshape(-1, 2)
        part = components(len(ids), ends[:, 0], ends[:, 1])
        return self.spark.createDataFrame(edges[part[ends[:, 0]] == part[ends[:, 1]]].tolist(), "child long, base long").localCheckpoint()

    def _on_long_circles(self, left: DataFrame) -> DataFrame:
        """The edges of circles: those whose base is reached from it in return."""
        f = self.f
        back = self._closure(left).select(f.col("child").alias("base"), f.col("base").alias("child")).distinct()
        return left.join(back, ["child", "base"], "left_semi").select("child", "base").distinct().localCheckpoint()

    def _speaking(self, nodes: DataFrame, edges: DataFrame, straight: DataFrame, reached: DataFrame, granted: Mapping[int, int]) -> DataFrame:
        """Nodes with the token of their own license, and whether it counts for what is made from them."""
        f = self.f
        mechanical = [self.lookups.steps.index(one) for one in self.lookups.words["mechanical"]]
        made = straight.select(f.col("child").alias("number")).distinct().withColumn("made", f.lit(1))
        creative = edges.where(~f.col("step").isin(mechanical)).select(f.col("child").alias("number")).distinct().withColumn("creative", f.lit(True))
        nodes = nodes.join(made, "number", "left").join(creative, "number", "left").withColumn("creative", f.coalesce("creative", f.lit(False)))
        grants = f.broadcast(self.spark.createDataFrame(list(granted.items()), "latest int, granted int"))
        nodes = nodes.join(grants, "latest", "left")
        nodes = nodes.withColumn("known_token", f.coalesce("known_token", f.lit(_MISSING)))
        own = f.when(f.col("known_token") >= 0, f.col("known_token")).otherwise(f.coalesce("granted", f.lit(UNKNOWN)))
        nodes = nodes.withColumn("own", own).withColumn("root", f.col("made").isNull())
        nodes = nodes.withColumn("speaks", f.col("root") | f.col("creative") | (f.col("known_token") >= 0)).localCheckpoint()
        voices = nodes.where("speaks").select(f.col("number").alias("base"), f.col("own").alias("voice"))
        heard = reached.join(voices, "base").groupBy(f.col("child").alias("number")).agg(f.concat_ws(",", f.sort_array(f.collect_set("voice"))).alias("heard"))
        nodes = nodes.join(heard, "number", "left")
        sets = Sets(list(self.tokens))
        covered = []
        for heard_, own_ in nodes.where("speaks and not root").select("heard", "own").distinct().collect():
            if sets.covers(sets.number(frozenset((int(one), 0) for one in (heard_ or "").split(",") if one)), own_):
                covered.append((heard_, own_, 1))
        table = f.broadcast(self.spark.createDataFrame(covered or [("-", _MISSING, 1)], "heard string, own int, covered int"))
        nodes = nodes.join(table, ["heard", "own"], "left")
        return nodes.withColumn("speaks", f.col("root") | (f.col("speaks") & f.col("covered").isNull())).localCheckpoint()

    def _inherited(self, nodes: DataFrame, reached: DataFrame) -> DataFrame:
        """Nodes with what reaches them, as one text, and their depth."""
        f = self.f
        voices = nodes.where("speaks").select(f.col("number").alias("base"), f.col("own").alias("voice"))
        pairs = reached.join(voices, "base").withColumn("pair", f.col("voice") * _STEPS + f.col("step"))
        inherited = pairs.groupBy(f.col("child").alias("number")).agg(f.concat_ws(",", f.sort_array(f.collect_set("pair"))).alias("inherited"))
        depth = reached.groupBy(f.col("child").alias("number")).agg(f.max("hops").alias("depth"))
        nodes = nodes.join(inherited, "number", "left").join(depth, "number", "left")
        return nodes.withColumn("inherited", f.coalesce("inherited", f.lit(""))).withColumn("depth", f.coalesce("depth", f.lit(0)))

    # ---- questions ---------------------------------------------------------------------------------------------------

    def _distinct(self, asked: DataFrame, granted: Mapping[int, int]) -> tuple[DataFrame, list[Question]]:
        f = self.f
        number = {name: place for place, name in enumerate(self.scenarios)}
        keys = ["scenario", "inherited", "known_token", "token", "creative"]
        asked = asked.withColumn("scenario", f.coalesce("scenario", f.lit(self.scenarios[0]))).localCheckpoint()
        sets = Sets(list(self.tokens))
        questions: dict[Question, int] = {}
        told = []
        for one in asked.select(keys).distinct().collect():
            question = self._question(sets, number[one.scenario], one.inherited, one.known_token, one.token, one.creative, granted)
            told.append((*(getattr(one, key) for key in keys), questions.setdefault(question, len(questions))))
        table = self.spark.createDataFrame(told, "scenario string, inherited string, known_token int, token int, creative boolean, question int")
        problems = f.col("problems") + f.col("recurs") * (1 << PROBLEMS.index("recurs"))
        names = f.concat_ws("; ", *(f.when(problems.bitwiseAND(1 << place) != 0, name) for place, name in enumerate(PROBLEMS)))
        rows = asked.join(f.broadcast(table), keys)
        rows = rows.select("id", "declared", "downloads", "created", "scenario", "depth", names.alias("problems"), "question")
        return rows, list(questions)

    def _question(self, sets: Sets, scenario: int, inherited: str, known: int, label: int, creative: bool, granted: Mapping[int, int]) -> Question:
        number = sets.number(frozenset(divmod(int(pair), _STEPS) for pair in inherited.split(",") if pair))
        if known >= 0:
            number = sets.with_own(number, known)
        own = granted.get(label, UNKNOWN) if number == NOTHING or (creative and known < 0) else _MISSING
        if number != NOTHING and own >= 0 and sets.covers(number, own):
            own = _MISSING
        declared = _MISSING if number == NOTHING else label
        own_token, label_token = (sets.tokens[one] if one >= 0 else None for one in (own, declared))
        return Question(scenario, sets.told(number, self.lookups.steps), own_token, label_token)
