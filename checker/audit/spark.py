"""The same plan on Spark, for tables that one machine cannot hold: labels, odd ids and questions, which are few, are settled on the driver; rows,
edges and chains stay on the cluster. The table is read anew wherever its texts are needed, and what is joined in between are numbers: 64-bit hashes
of ids, made otherwise should two ids ever have the same. Only models that are somebody's base are followed (spark_chains.py). A row with one base at
most, as nearly all are, is a look-up of that base from its answer; the edges of others are gathered by model first.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checker.audit import spark_chains as chains
from checker.audit import table as tables
from checker.audit.chain import AS_IT_IS, NOTHING, UNKNOWN, Sets
from checker.audit.models import PROBLEMS, Known, Lookups, base_id
from checker.audit.plan import Question, numbered
from checker.audit.problems import problem
from checker.audit.result import ANSWERS, FACTS, MAX_DEPTH
from checker.audit.spark_chains import MISSING, STEPS, Followed, frame, kept
from checker.audit.spark_rows import AS_BASE, AS_CHILD, AS_FURTHER_BASE, AS_ID, FIRST, PLACE, REGISTRY, UNSTATED, Rows
from checker.errors import BadInput

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: ways of hashing that are tried
MAX_SEEDS = 5
#: places of the edges of a row: those of a written list after the others, each by its place in the list; then those of the table of edges, then (from
#: twice as far on) those of the registry
_WRITTEN, _WITHIN, _EXTRA = 40, 8, 1 << 41
#: beside the bits of the problems: the model is more than a copy of its bases
_CREATIVE = 1 << len(PROBLEMS)
#: what a base has that is one
_SOMETHING = r"[^\s\[\](){}\"',;|]"
#: of Spark on this machine: a plan of many short queries, whose shuffles never leave it; at its best Java compiles what goes through the rows of millions,
#: and not what plans queries; what Spark warns of, hints that a plan had no use for, tells nobody anything
_HERE = {"spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "6g",
         "spark.driver.extraJavaOptions": "-XX:+UseParallelGC -Xms2g -XX:MetaspaceSize=256m -XX:Tier4InvocationThreshold=30000 "
                                          "-XX:Tier4MinInvocationThreshold=5000 -XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=200000",
         "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
         "spark.shuffle.compress": "false", "spark.shuffle.spill.compress": "false",
         "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": str(chains.FEW)}

#: bounds of columns, in which nobody looks for a row, are not worked out; the local engine leaves them out too
_WRITTEN_AS = {"parquet.column.statistics.enabled": "false", "parquet.size.statistics.enabled": "false"}

Extra = Sequence[tuple[str, str, str | None]]


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
            return _Plan(Rows(spark, lookups, scenarios, seed)).run(paths, columns, edges)
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


def write(spark: SparkSession, rows: DataFrame, output: str) -> dict[str, int]:
    """Write a folder of Parquet files; how many rows have which verdict."""
    rows.write.options(**_WRITTEN_AS).parquet(output)
    counts = spark.read.parquet(output).groupBy("verdict").count().orderBy("verdict").collect()
    return {one["verdict"]: one["count"] for one in counts}


class _Plan:
    def __init__(self, read: Rows) -> None:
        self.read, self.f, self.spark, self.lookups, self.scenarios = read, read.f, read.spark, read.lookups, read.scenarios
        self.mechanical = [self.lookups.steps.index(one) for one in self.lookups.words["mechanical"]]

    def run(self, paths: Sequence[str], columns: Mapping[str, str], extra: Extra) -> tuple[DataFrame, list[Question], int]:
        f = self.f
        rows, unusable = self.read.labelled(paths, columns)
        core = self._core(rows)
        recurring = self._recurring(rows, core)
        stated, edges = self._edges(rows, core, recurring, extra)
        bases = kept(edges.where("base is not null").groupBy(f.col("base").alias("number")).agg(
            f.min("base_check").alias("check"), f.max("base_check").alias("other_check"), f.max("local").alias("local"), f.min("first").alias("first")))
        there, names = self._names(rows, core, stated, bases, extra)
        known, added = self._registered(names, edges, bases)
        edges = edges.select("child", "base", "key").unionByName(added.select("child", "base", "key"))
        bases = self._bases(bases, core, there, recurring, known, added)
        inner = kept(self._once(edges.where("base is not null").join(bases.select(f.col("number").alias("child")), "child", "left_semi")))
        named = added.groupBy(f.col("base").alias("number")).agg(f.min("added").getField("name").alias("added_name"))
        named = self._own(bases).join(names.select("number", "name"), "number", "left").join(f.broadcast(named), "number", "left")
        named = named.withColumn("name", f.coalesce("name", "added_name")).drop("added_name").localCheckpoint()
        followed = chains.follow(self.spark, inner.where("child != base"), named, self.mechanical, self._sets)
        bases = self._followed(bases, inner, followed)
        several = core.where("several").select("number").unionByName(recurring.select("number"))
        several = several.unionByName(stated.select("child").union(added.select("child")).union(followed.circles.select("child")).toDF("number"))
        models = self._gathered(kept(several.distinct()), edges, recurring, bases, followed)
        return *self._distinct(rows, core, known, models, bases), unusable

    @functools.cached_property
    def _sets(self) -> Sets:
        """The sets of tokens, once all tokens are known."""
        return Sets(list(self.read.tokens))

    # ---- rows and edges ----------------------------------------------------------------------------------------------

    def _core(self, rows: DataFrame) -> DataFrame:
        return self.read.numbers(rows).localCheckpoint()

    def _recurring(self, rows: DataFrame, core: DataFrame) -> DataFrame:
        """number, latest and said (token and label of the latest row that has one), last (order of the latest row that has bases) of ids that recur."""
        f, parts = self.f, int(self.spark.conf.get("spark.sql.shuffle.partitions") or 1)
        many = core.select("number", "check").repartition(parts, "number").groupBy("number").agg(
            f.count("*").alias("times"), (f.min("check") != f.max("check")).alias("alike")).where("times > 1").localCheckpoint(eager=False)
        count, alike = many.agg(f.count("*"), f.max("alike")).collect()[0]
        if alike:
            raise _Alike
        if not count:                                           # what is joined with nothing is not joined at all
            return frame(self.spark, {"number": "long", "latest": "int", "said": "string", "last": "long"}, ())
        created = f.coalesce("created", f.lit("")).alias("created")
        named = f.exists("base_model", lambda one: f.coalesce(one.rlike(_SOMETHING), f.lit(False)))
        latest = f.max(f.when(f.col("token") >= 0, f.struct(created, "order", "token", "label"))).alias("latest")
        last = f.max(f.when(named, f.struct(created, "order"))).alias("last")
        found = rows.join(kept(many.select("number")), "number", "left_semi").groupBy("number").agg(latest, last)
        return kept(found.select("number", f.coalesce("latest.token", f.lit(MISSING)).alias("latest"), f.col("latest.label").alias("said"),
                                 f.col("last.order").alias("last")))

    def _edges(self, rows: DataFrame, core: DataFrame, recurring: DataFrame, extra: Extra) -> tuple[DataFrame, DataFrame]:
        """The edges of rows with several bases or odd ones and of the table of edges, with the name of the base; and all edges, those of rows with one base
        too: child, base (null where it was never filled in), base_check, local, key (bits), first (where the base is named)."""
        f = self.f
        core = core.join(recurring.select("number", "last"), "number", "left").where("last is null or last = order").withColumnRenamed("number", "child")
        first = (f.col("order") + (AS_BASE << FIRST)).alias("first")
        stated = self._several(rows.select("order", "base_model", "relation").join(kept(core.where("several").select("order", "child")), "order"))
        stated = stated.select("child", "key", "name", "local", first)
        stated = stated.unionByName(self._extra(extra)) if extra else stated
        filled = f.col("name") != ""
        stated = kept(stated.withColumns({name: f.when(filled, self.read.number(f.col("name"), way)) for name, way in (("base", 0), ("base_check", 1))}))
        lone = core.where("base is not null").select("child", "base", "base_check", f.lit(0).alias("local"), "key", first)
        return stated, lone.unionByName(stated.drop("name"))

    def _several(self, rows: DataFrame) -> DataFrame:
        """The edges of rows: child, order, key, name (of the base; empty where it was never filled in), local."""
        f, words = self.f, self.lookups.words
        alike = f.size("relation") == f.size("base_model")
        own = kept(rows.select("child", "order", f.when(alike, f.col("relation")).alias("each"), f.get("relation", f.lit(0)).alias("all"),
                               f.posexplode("base_model").alias("place", "text")).where("text is not null"))
        texts = own.select("text").where(self.read.odd(f.col("text"))).distinct().toArrow()["text"].to_pylist()
        mended = frame(self.spark, {"text": "string", "written": "int", "within": "int", "mended": "string", "local": "int"},
                       [one for text in texts for one in _entries(text, words)])
        own = own.join(f.broadcast(mended), "text", "left").where("within is null or within >= 0")
        relation = f.coalesce(f.get("each", "place"), f.when(f.col("each").isNull(), f.col("all")), f.lit(""))
        written, within = (f.coalesce(name, f.lit(0)).cast("long") for name in ("written", "within"))
        place = f.shiftleft(written, _WRITTEN) + f.shiftleft(f.col("place").cast("long"), _WITHIN) + within
        key = (f.shiftleft(place, PLACE) + self.read.step(relation)).alias("key")
        return own.select("child", "order", key, f.coalesce("mended", "text").alias("name"), f.coalesce("local", f.lit(0)).alias("local"))

    def _extra(self, extra: Extra) -> DataFrame:
        """The edges of the table of edges; their bases are mended here."""
        words, steps = self.lookups.words, self.lookups.steps
        unstated = steps.index(words["unstated_relation"]) | 1 << UNSTATED
        told = []
        for place, (child, base, relation) in enumerate(extra):
            name, odd = base_id(base, words)
            step = words["relations"].get((relation or "").strip().casefold())
            if name:
                bits = (_EXTRA + place) << PLACE | (unstated if step is None else steps.index(step))
                told.append((child, bits, name, int(odd == "local_base"), AS_FURTHER_BASE << FIRST | place))
        found = frame(self.spark, {"child": "string", "key": "long", "name": "string", "local": "int", "first": "long"}, told)
        return found.withColumn("child", self.read.number(self.f.col("child")))

    def _once(self, edges: DataFrame) -> DataFrame:
        """Each edge (child, base) once, by the least of its keys, and the step and place that this tells."""
        f = self.f
        found = edges.groupBy("child", "base").agg(f.min("key").alias("key"))
        place = f.shiftright("key", PLACE).bitwiseAND((1 << UNSTATED - PLACE) - 1).alias("place")
        return found.select("child", "base", "key", f.col("key").bitwiseAND(STEPS - 1).cast("int").alias("step"), place)

    # ---- models ------------------------------------------------------------------------------------------------------

    def _names(self, rows: DataFrame, core: DataFrame, stated: DataFrame, bases: DataFrame, extra: Extra) -> tuple[DataFrame, DataFrame]:
        """What rows say of models that are somebody's base or that the registry may know: number, check, other_check, token; the names of these and of
        other bases, as they were first written: number, name, known (may the registry know it)."""
        f = self.f
        there = core.join(bases.select("number", f.lit(True).alias("is_base")), "number", "left").where("is_base or known > 0")
        there = kept(there.groupBy("number").agg(f.min("order").alias("first"), f.min("check").alias("check"), f.max("check").alias("other_check"),
                                                 f.max("token").alias("token")))
        wanted = there.select("number", "first").unionByName(bases.select("number", "first"))
        texts = stated.where("base is not null").select(f.col("base").alias("number"), "first", "name")
        if extra:
            children = [(one[0], AS_CHILD << FIRST | place) for place, one in enumerate(extra)]
            further = frame(self.spark, {"name": "string", "first": "long"}, children).withColumn("number", self.read.number(f.col("name")))
            wanted, texts = wanted.unionByName(further.drop("name")), texts.unionByName(further)
        wanted = wanted.groupBy("number").agg(f.min("first").alias("first"))
        wanted = wanted.join(kept(texts.groupBy("number", "first").agg(f.min("name").alias("name"))), ["number", "first"], "left")
        wanted = wanted.localCheckpoint(eager=False)
        way, order = f.shiftright("first", FIRST).alias("way"), f.col("first").bitwiseAND((1 << FIRST) - 1).alias("order")
        unread = kept(wanted.where("name is null").select("number", way, order))
        name = f.when(f.col("way") == AS_ID, f.col("id")).otherwise(f.get("base_model", f.lit(0)))
        names = rows.select("order", "id", "base_model").join(unread, "order").select("number", name.alias("name"))
        names = names.unionByName(wanted.where("name is not null").select("number", "name"))
        return there, kept(names.withColumn("known", self.read.known(f.col("name"))))

    def _registered(self, names: DataFrame, edges: DataFrame, bases: DataFrame) -> tuple[DataFrame, DataFrame]:
        """What the registry knows: number, known_token (missing: only bases), renamed; the edges that it adds: child, base, key, added (order, name)."""
        f, lookups = self.f, self.lookups
        asked = names.where("known > 0").join(bases.where("local = 1").select("number"), "number", "left_anti").toArrow().to_pylist()
        mirrored = frame(self.spark, {"child": "long"}, [(one["number"],) for one in asked if one["known"] == 2])
        made = edges.where("base is not null").join(f.broadcast(mirrored), "child", "left_semi").select("child").distinct()
        made_from = {one.child for one in made.collect()}
        seen = {one["name"].casefold(): one["name"] for one in asked if one["known"] == 1 or one["number"] not in made_from}
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
                    added.append((name, base, 1 << REGISTRY | 2 * _EXTRA + len(added) << PLACE | step, len(added)))
                    if base.casefold() not in seen:
                        seen[base.casefold()] = base
                        queue.append(base)
        found_edges = frame(self.spark, {"child": "string", "base": "string", "key": "long", "order": "long"}, added)
        found_edges = found_edges.select(self.read.number(f.col("child")).alias("child"), self.read.number(f.col("base")).alias("base"), "key",
                                         f.struct("order", f.col("base").alias("name")).alias("added"))
        told = [(key, self.read.token(one.token), int(one.current.casefold() != key)) for key, one in known.items()]
        table = frame(self.spark, {"key": "string", "known_token": "int", "renamed": "int"}, told)
        return table.withColumn("number", self.read.number(f.col("key"))).drop("key"), found_edges

    def _bases(self, bases: DataFrame, core: DataFrame, there: DataFrame, recurring: DataFrame, known: DataFrame, added: DataFrame) -> DataFrame:
        """Every model that is somebody's base: number, token (of its latest label), known_token, and whether it is local, renamed, there. Raises _Alike."""
        f = self.f
        further = added.select(f.col("base").alias("number")).distinct()
        there = there.drop("first").unionByName(core.join(f.broadcast(further), "number", "left_semi").select(
            "number", "check", f.col("check").alias("other_check"), "token"))
        parts = [bases.drop("first").withColumn("is_base", f.lit(1)), further.withColumn("is_base", f.lit(1)), known.withColumn("there", f.lit(1)),
                 there.withColumn("there", f.lit(1))]
        together = functools.reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), parts)
        most = [f.coalesce(f.max(name), f.lit(default)).alias(name)
                for name, default in {"local": 0, "renamed": 0, "there": 0, "known_token": MISSING, "token": MISSING, "is_base": 0}.items()]
        found = together.groupBy("number").agg(*most, (f.min("check") != f.max("other_check")).alias("alike")).where("is_base = 1")
        found = found.join(recurring.select("number", "latest"), "number", "left").withColumn("token", f.coalesce("latest", "token"))
        found = kept(found)
        if not found.where("alike").isEmpty():
            raise _Alike
        return found

    def _own(self, bases: DataFrame) -> DataFrame:
        """Each base with the token of its own license."""
        f = self.f
        grants = frame(self.spark, {"token": "int", "granted": "int"}, self.read.granted.items())
        own = f.when(f.col("known_token") >= 0, f.col("known_token")).otherwise(f.coalesce("granted", f.lit(UNKNOWN)))
        return bases.join(f.broadcast(grants), "token", "left").select("number", own.alias("own"), (f.col("known_token") >= 0).alias("registered"))

    def _followed(self, bases: DataFrame, inner: DataFrame, followed: Followed) -> DataFrame:
        """What each base passes on: base, whole, depth, path, and whether it is local, renamed, absent."""
        f = self.f
        made = inner.select(f.col("child").alias("number"), f.lit(1).alias("made")).distinct()
        absent = (f.coalesce("made", "local", "there") + f.col("local") + f.col("there") == 0).alias("absent")
        found = bases.join(made, "number", "left").join(kept(followed.nodes), "number", "left")
        return kept(found.select(f.col("number").alias("base"), "whole", "depth", "path", "local", "renamed", absent))

    def _told(self, edges: DataFrame) -> DataFrame:
        """Edges (child, base, key, what the base passes on, circular) with what they say of the child: bits (problems; is it more than a copy), straight
        (is it neither to itself nor on a circle), and of straight ones only passed (set and step) and further (depth)."""
        f = self.f
        real = f.col("base").isNotNull() & (f.col("child") != f.col("base"))
        step = f.col("key").bitwiseAND(STEPS - 1).cast("int")
        bits = {"self_loop": f.col("child") == f.col("base"), "cycle": f.col("circular"), "missing_base": f.col("absent"), "local_base": f.col("local") == 1,
                "placeholder_base": f.col("base").isNull(), "renamed_base": f.col("renamed") == 1,
                "relation_unstated": real & (f.shiftright("key", UNSTATED).bitwiseAND(1) == 1)}
        flags = [f.when(one, 1 << PROBLEMS.index(name)).otherwise(0) for name, one in bits.items()]
        flags.append(f.when(real & ~step.isin(self.mechanical), _CREATIVE).otherwise(0))
        edges = edges.withColumns({"straight": real & f.col("circular").isNull(), "edge_bits": functools.reduce(lambda left, right: left + right, flags)})
        return edges.withColumns({"passed": f.when(f.col("straight"), f.col("whole") * STEPS + step), "further": f.when(f.col("straight"), f.col("depth") + 1)})

    def _gathered(self, several: DataFrame, edges: DataFrame, recurring: DataFrame, bases: DataFrame, followed: Followed) -> DataFrame:
        """Models (number) of whom more is to be said than what a single base passes on: gathered (true), inherited (sets and steps, as one text),
        chain (depth), bits, first base, latest and said (where they recur)."""
        f = self.f
        own = self._once(edges.join(several.select(f.col("number").alias("child")), "child", "left_semi"))
        told = own.join(bases, "base", "left").join(kept(followed.circles.withColumn("circular", f.lit(True))), ["child", "base"], "left")
        found = self._told(told).groupBy(f.col("child").alias("number")).agg(
            f.concat_ws(",", f.sort_array(f.collect_set("passed"))).alias("inherited"), f.max("further").alias("chain"),
            f.bit_or("edge_bits").alias("bits"), f.min(f.when(f.col("straight"), f.struct("place", "base"))).getField("base").alias("first"))
        found = several.withColumn("gathered", f.lit(True)).join(found, "number", "left")
        return kept(found.join(recurring.drop("last"), "number", "left"))

    # ---- questions ---------------------------------------------------------------------------------------------------

    def _asked(self, rows: DataFrame, known: DataFrame, models: DataFrame, bases: DataFrame) -> DataFrame:
        """Rows (number, token, scenario, and base and key of a single edge) with what their question is made of, bits, depth, path and said."""
        f = self.f
        found = rows.join(models, "number", "left").join(f.broadcast(known.select("number", "known_token")), "number", "left")
        alone = f.col("gathered").isNull() & f.col("base").isNotNull()
        above = f.when(alone & (f.col("base") != f.col("number")), f.col("base")).otherwise(f.col("first"))
        found = found.withColumn("alone", alone).withColumn("above", above)
        # models without a base look for themselves, and not all in the same place for nothing
        looked = bases.withColumnRenamed("base", "looked")
        found = found.withColumn("looked", f.coalesce("above", "number")).join(looked, "looked", "left")
        found = self._told(found.withColumn("child", f.col("number")).withColumn("circular", f.lit(None).cast("boolean")))
        latest = f.coalesce("latest", "token")
        recurs = f.when((f.col("token") >= 0) & (f.col("token") != latest), 1 << PROBLEMS.index("recurs")).otherwise(0)
        bits = f.when(f.col("alone"), f.col("edge_bits")).otherwise(f.coalesce("bits", f.lit(0))) + recurs
        alone = f.col("alone")
        return found.withColumns({
            "bits": bits, "token": f.when(f.col("token") >= 0, f.col("token")).otherwise(latest), "creative": bits.bitwiseAND(_CREATIVE) != 0,
            "inherited": f.coalesce(f.when(alone, f.col("passed").cast("string")).otherwise(f.col("inherited")), f.lit("")),
            "depth": f.least(f.coalesce(f.when(alone, f.col("further")).otherwise(f.col("chain")), f.lit(0)), f.lit(MAX_DEPTH)).cast("short"),
            "path": f.when(f.col("above").isNotNull(), f.col("path")), "known_token": f.coalesce("known_token", f.lit(MISSING)),
            "scenario": f.coalesce("scenario", f.lit(self.scenarios[0]))})

    def _distinct(self, rows: DataFrame, core: DataFrame, known: DataFrame, models: DataFrame, bases: DataFrame) -> tuple[DataFrame, list[Question]]:
        """The rows with the numbers of their questions, and the questions."""
        f = self.f
        number = {name: place for place, name in enumerate(self.scenarios)}
        keys = ["scenario", "inherited", "known_token", "token", "creative"]
        asked = [tuple(one.values()) for one in self._asked(core, known, models, bases).select(keys).distinct().toArrow().to_pylist()]
        meant = [self._question(number[scenario], *rest) for scenario, *rest in asked]
        questions = numbered(meant)
        told = [(*key, questions[question]) for key, question in zip(asked, meant)]
        kinds = {"scenario": "string", "inherited": "string", "known_token": "int", "token": "int", "creative": "boolean", "question": "int"}
        table = frame(self.spark, kinds, told)
        names = f.concat_ws("; ", *(f.when(f.col("bits").bitwiseAND(1 << place) != 0, name) for place, name in enumerate(PROBLEMS)))
        if models.count() <= chains.FEW and bases.count() <= chains.FEW:            # then nothing is shuffled, and each row is made whole where it is read
            first = f.when(f.size("base_model") == 1, f.get("base_model", f.lit(0)))    # whether it is odd was found out before: then its model is gathered
            found = self._asked(self.read.lone(rows, first), known, models, bases).join(f.broadcast(table), keys)
        else:                                                                       # otherwise the texts of rows go through one shuffle alone
            found = self._asked(core, known, models, bases).join(f.broadcast(table), keys)
            found = rows.drop("scenario").join(found.select("order", "depth", "path", "bits", "said", "question", "scenario"), "order")
        found = found.select("file", "row", "id", f.coalesce("label", "said").alias("declared"), "downloads", "created", "depth", "path",
                             names.alias("problems"), "question", "scenario")
        return found, list(questions)

    def _question(self, scenario: int, inherited: str, known: int, label: int, creative: bool) -> Question:
        sets = self._sets
        number = NOTHING
        for passed, step in chains.members(inherited):
            number = sets.both(number, sets.after(passed, step))
        if known >= 0:
            number = sets.with_own(number, known)
        own = self.read.granted.get(label, UNKNOWN) if number == NOTHING or (creative and known < 0) else MISSING
        if number != NOTHING and own >= 0 and sets.covers(number, own):
            own = MISSING
        declared = MISSING if number == NOTHING else label
        own_token, label_token = (sets.tokens[one] if one >= 0 else None for one in (own, declared))
        return Question(scenario, sets.told(number, self.lookups.steps), own_token, label_token)


def _entries(text: str, words: Mapping[str, Any]) -> Iterable[tuple[str, int, int, str, int]]:
    """What a base that looks odd names: the text; was it a written list; the place in it (-1: it names nothing), the model, is it a path."""
    written = bool(re.search(tables.WRITTEN_LIST, text))
    named = [(place, one.strip()) for place, one in enumerate(tables.split(text) if written else [text])]
    told = [(place, one if len(one.encode()) <= tables.MAX_ID else one[:tables.MAX_ID] + tables.CUT) for place, one in named if one]
    found = [(place, *base_id(one, words)) for place, one in told]
    return [(text, int(written), place, name, int(odd == "local_base")) for place, name, odd in found] or [(text, 0, -1, "", 0)]
