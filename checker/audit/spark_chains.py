"""Chains on Spark: circles, what reaches each model that is somebody's base, and the way to it. Everybody else is one step behind such a model.

Chains are followed by pointer jumping: each round doubles their length, so 16 models take four joins. All is numbers: what reaches a model is a set of
(token, step), and the sets themselves, which are few, are numbered on the driver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.audit import chain as local
from checker.audit.chain import Graph, Sets
from checker.audit.result import MAX_PATH, paths

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

#: a set's members, and what is passed on by a step, are one integer: token or set, times this, plus the step
STEPS = 16
MISSING = -1
#: doublings of a chain; 2 to this power is longer than any chain
MAX_ROUNDS = 40
#: times that models without a base or a child are taken off before circles are looked for
MAX_PEELS = 5
#: how many of anything may be sent to every machine, or to this one
FEW = 500_000


class Followed(NamedTuple):
    """`nodes`: number, whole (the set that it passes on), depth, path (the names from the root to it). `circles`: the edges (child, base) of circles."""

    nodes: DataFrame
    circles: DataFrame


def frame(spark: SparkSession, schema: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> DataFrame:
    """A few rows from here. `schema`: name -> long, int or string."""
    import pyarrow as pa

    kinds = {"long": pa.int64(), "int": pa.int32(), "string": pa.string(), "boolean": pa.bool_()}
    columns = list(zip(*rows)) or [()] * len(schema)
    return spark.createDataFrame(pa.table({name: pa.array(column, kinds[kind]) for (name, kind), column in zip(schema.items(), columns)}))


def kept(found: DataFrame) -> DataFrame:
    """A frame once and for all; one that is sent to every machine, wherever it is joined, if there is little of it."""
    import pyspark.sql.functions as F  # noqa: N812 - as its users write it

    found = found.localCheckpoint(eager=False)
    many = found.count()
    return (F.broadcast(found) if many else found.limit(0)) if many <= FEW else found


def follow(spark: SparkSession, edges: DataFrame, nodes: DataFrame, mechanical: Sequence[int], sets: Sets) -> Followed:
    """Follow the edges (child, base, place, step) among nodes (number, own: token, registered: does it count whatever it was made from, name)."""
    here = edges.count() <= FEW and nodes.count() <= FEW
    return (_followed_here if here else _followed_there)(spark, edges, nodes, mechanical, sets)


def _followed_here(spark: SparkSession, edges: DataFrame, nodes: DataFrame, mechanical: Sequence[int], sets: Sets) -> Followed:
    """A few are followed here, as in a table that one machine holds."""
    import numpy as np
    import polars as pl
    import pyarrow as pa

    few = nodes.toArrow().sort_by("number")
    links = edges.toArrow().sort_by([("child", "ascending"), ("place", "ascending")])
    number = few["number"].to_numpy()
    child, base = (np.searchsorted(number, links[name].to_numpy()).astype(np.int32) for name in ("child", "base"))
    graph = Graph(len(number), child, base, links["step"].to_numpy().astype(np.int32))
    creative = np.zeros(graph.size, bool)
    creative[child[~np.isin(graph.step, mechanical)]] = True
    chains = local.follow(graph, few["own"].to_numpy().astype(np.int32), creative | few["registered"].to_numpy(), sets)
    first = np.full(2 * graph.size, -1, np.int32)               # behind the models stands for each one that is made from it
    first[chains.graph.child[::-1]] = chains.graph.base[::-1]
    first[graph.size:] = np.arange(graph.size)
    path = paths(first, pl.Series(few["name"].to_pylist(), dtype=pl.String), np.arange(graph.size, 2 * graph.size))
    told = pa.table({"number": number, "whole": chains.whole, "depth": chains.depth, "path": path.to_arrow().cast(pa.string())})
    cut = ~np.isin(child.astype(np.int64) << 32 | base, chains.graph.child.astype(np.int64) << 32 | chains.graph.base)
    circles = pa.table({"child": number[child[cut]], "base": number[base[cut]]})
    return Followed(spark.createDataFrame(told), spark.createDataFrame(circles))


def _followed_there(spark: SparkSession, edges: DataFrame, nodes: DataFrame, mechanical: Sequence[int], sets: Sets) -> Followed:
    """Many are followed there, by pointer jumping."""
    import pyspark.sql.functions as F  # noqa: N812

    circles = _circles(edges)
    straight = edges.join(circles, ["child", "base"], "left_anti").localCheckpoint()
    reached = _closure(straight)
    depth = reached.groupBy(F.col("child").alias("number")).agg(F.max("hops").alias("depth"))
    creative = edges.where(~F.col("step").isin(list(mechanical))).select(F.col("child").alias("number"), F.lit(True).alias("creative")).distinct()
    named = nodes
    nodes = nodes.join(depth, "number", "left").join(creative, "number", "left")
    speaks = F.col("depth").isNull() | F.coalesce("creative", F.lit(False)) | F.col("registered")
    nodes = nodes.select("number", "own", F.coalesce("depth", F.lit(0)).alias("depth"), speaks.alias("speaks")).localCheckpoint()
    heard = nodes.join(_heard(reached, nodes, F.col("own")), "number", "left").withColumn("heard", F.coalesce("heard", F.lit("")))
    asked = heard.where("speaks and depth > 0").select("heard", "own").distinct().toArrow().to_pylist()
    covered = [(one["heard"], one["own"], 1) for one in asked if sets.covers(sets.number(members(one["heard"], 1)), one["own"])]
    told = frame(spark, {"heard": "string", "own": "int", "covered": "int"}, covered)
    heard = heard.join(F.broadcast(told), ["heard", "own"], "left")
    nodes = heard.select("number", "own", "depth", (F.col("speaks") & ((F.col("depth") == 0) | F.col("covered").isNull())).alias("speaks")).localCheckpoint()
    inherited = nodes.join(_heard(reached, nodes, F.col("own") * STEPS + F.col("step")), "number", "left")
    own = F.when(F.col("speaks"), (F.col("own") * STEPS).cast("string"))
    nodes = inherited.select("number", "depth", F.concat_ws(",", "heard", own).alias("members")).localCheckpoint()
    numbers = [(one, sets.number(members(one))) for one in nodes.select("members").distinct().toArrow()["members"].to_pylist()]
    nodes = nodes.join(F.broadcast(frame(spark, {"members": "string", "whole": "int"}, numbers)), "members").drop("members")
    return Followed(nodes.join(_ways(straight, named), "number"), circles)


def members(text: str, steps: int = STEPS) -> frozenset[tuple[int, int]]:
    """The pairs of a set that was written as one text: token or set, and step."""
    return frozenset(divmod(int(one), steps) for one in text.split(",") if one)


def _heard(reached: DataFrame, nodes: DataFrame, what: Column) -> DataFrame:
    """number, heard: what is said by all that speak above each node, as one text."""
    import pyspark.sql.functions as F  # noqa: N812

    voices = kept(nodes.where("speaks").select(F.col("number").alias("base"), "own"))
    heard = F.concat_ws(",", F.sort_array(F.collect_set(what)))
    return reached.join(voices, "base").groupBy(F.col("child").alias("number")).agg(heard.alias("heard"))


def _circles(edges: DataFrame) -> DataFrame:
    """The edges of circles: those whose base is reached from it in return. What cannot lie on one is peeled off first."""
    import pyspark.sql.functions as F  # noqa: N812

    left, many = edges, edges.count()
    for _ in range(MAX_PEELS):
        before = many
        inner = left.join(left.select(F.col("child").alias("base")).distinct(), "base", "left_semi")
        left = inner.join(inner.select(F.col("base").alias("child")).distinct(), "child", "left_semi").localCheckpoint()
        many = left.count()
        if many in (0, before):
            break
    back = _closure(left).select(F.col("child").alias("base"), F.col("base").alias("child")).distinct()
    return kept(left.join(back, ["child", "base"], "left_semi").select("child", "base").distinct())


def _closure(edges: DataFrame) -> DataFrame:
    """Every ancestor of each model, by every step that a path can have as its highest, with the longest such path; kept together by child."""
    import pyspark.sql.functions as F  # noqa: N812

    reached = edges.select("child", "base", "step", F.lit(1).alias("hops")).localCheckpoint()
    before = reached.count()
    for number in range(1, MAX_ROUNDS):
        further = reached.select(F.col("child").alias("base"), F.col("base").alias("far"), F.col("step").alias("far_step"), F.col("hops").alias("far_hops"))
        jumped = reached.join(further, "base").select("child", F.col("far").alias("base"), F.greatest("step", "far_step").alias("step"),
                                                      F.least(F.col("hops") + F.col("far_hops"), F.lit(1 << 29)).alias("hops"))
        reached = reached.unionByName(jumped).groupBy("child", "base", "step").agg(F.max("hops").alias("hops")).localCheckpoint()
        now, longest = reached.agg(F.count("*"), F.coalesce(F.max("hops"), F.lit(0))).collect()[0]
        if now == before or longest < 1 << number:          # a round doubles what can be seen, and nothing is as far as that
            break
        before = now
    return reached


def _ways(straight: DataFrame, nodes: DataFrame) -> DataFrame:
    """number, path: the names from the root to each node, by the first base of each."""
    import pyspark.sql.functions as F  # noqa: N812

    first = straight.groupBy(F.col("child").alias("number")).agg(F.min(F.struct("place", "base")).alias("first"))
    ways = nodes.join(first, "number", "left").select("number", F.col("first.base").alias("up"), F.array("name").alias("names")).localCheckpoint()
    for _ in range(MAX_PATH.bit_length()):
        if ways.where("up is not null").isEmpty():
            break
        above = kept(ways.select(F.col("number").alias("up"), F.col("up").alias("further"), F.col("names").alias("before")))
        longer = F.concat(F.coalesce("before", F.array()), "names")
        last = F.slice(longer, -F.least(F.size(longer), F.lit(MAX_PATH)), MAX_PATH)
        ways = ways.join(above, "up", "left").select("number", F.col("further").alias("up"), last.alias("names")).localCheckpoint()
    return ways.select("number", F.concat_ws(" > ", "names").alias("path"))
