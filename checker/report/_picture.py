"""The lineage as a picture: where each box stands, how each line runs, which license reaches what. Nothing is judged here.

The layers and their order come from a library of graph layouts; time flows from left to right, from the inputs to the releases.
All measures are in CSS pixels.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checker.report._clean import clean

if TYPE_CHECKING:
    from grandalf.graphs import Edge, Vertex

Entry = Mapping[str, Any]
Row = dict[str, Any]
Point = tuple[float, float]

#: more is not readable as a picture, and slow to lay out; the list beside it says the same
MAX_NODES, MAX_EDGES = 150, 400
WIDTH, GAP_ACROSS, GAP_DOWN, MARGIN = 204.0, 168.0, 22.0, 4.0
LINE, PADDING = 16.0, 10.0
#: what fits on a sheet of paper beside its margins, be it A4 or Letter: across, down with the words above, and how tall the strips of a taller picture are
PAPER_ACROSS, PAPER_DOWN, STRIP = 670.0, 600.0, 300.0
#: what is no wider than this is made to fit its column of the page, a little smaller where need be; a wider picture is scrolled
SCREEN_ACROSS = 1000.0
#: characters on a line of a box, and lines for a name
_PER_LINE, _MOST_LINES = 22, 2


def picture(entry: Entry) -> Row | None:
    """Boxes, lines, size, and per license what it reaches; None where there is nothing to draw, or too much."""
    lineage = entry["lineage"]
    nodes = {node["id"]: _box(node, entry) for node in lineage["nodes"]}
    lines = _lines(lineage["edges"], nodes)
    if not lines or len(nodes) > MAX_NODES or len(lines) > MAX_EDGES:
        return None
    reaches = [_reach(license, lineage["edges"], nodes) for license in entry["licenses"]]
    for number, reach in enumerate(reaches, 1):
        for thing in (*nodes.values(), *lines.values()):
            if thing["id"] in reach["ids"]:
                thing["reached"].append(number)
    width, height = _place(nodes, lines)
    _label(lines.values())
    return {"nodes": list(nodes.values()), "lines": list(lines.values()), "width": round(width), "height": round(height), "reaches": reaches,
            "fits": width <= SCREEN_ACROSS, "strips": _strips(nodes.values(), width, height)}


def license_label(node: Entry, label: str) -> str:
    """The label of a license without the name of the model it was looked up by, where that stands beside it anyway."""
    start = f"{node['name']} ("
    return label[len(start):-1] if label.startswith(start) and label.endswith(")") else label


# ---- boxes and lines -------------------------------------------------------------------------------------------------


def _box(node: Entry, entry: Entry) -> Row:
    name = _wrapped(node["name"])
    licenses = [_shortened(license_label(node, one)) for one in node["licenses"][:2]]
    more = max(0, len(node["licenses"]) - 2)
    release = next((one for one in entry["releases"] if f"release:{one['id']}" == node["id"]), None)
    lines = len(name) + len(licenses) + bool(more) + bool(release)
    return {"id": node["id"], "node": node, "name": name, "licenses": licenses, "more": more, "release": release, "reached": [],
            "width": WIDTH, "height": lines * LINE + 2 * PADDING}


def _wrapped(name: Any) -> list[str]:
    return textwrap.wrap(clean(str(name))[:400], _PER_LINE, max_lines=_MOST_LINES, placeholder="\u2026") or [""]


def _shortened(text: Any) -> str:
    shown = clean(str(text)[:200])
    return shown if len(shown) <= _PER_LINE else shown[:_PER_LINE - 1] + "\u2026"


def _lines(edges: Iterable[Entry], nodes: Mapping[str, Row]) -> dict[tuple[str, str], Row]:
    """One line per pair of boxes; what several edges between them say stands on it together."""
    found: dict[tuple[str, str], Row] = {}
    for edge in edges:
        ends = edge["from"], edge["to"]
        if ends[0] == ends[1] or not nodes.keys() >= set(ends):
            continue
        line = found.setdefault(ends, {"id": ends, "steps": [], "relations": [], "release": edge["to"].startswith("release:"), "certain": True, "reached": []})
        line["steps"] += [one for one in edge["actions"] if one not in line["steps"]]
        line["relations"] += [one for one in edge.get("relations", ()) if one not in line["relations"]]
        line["certain"] = line["certain"] and edge["certainty"] == "assumed"
    return found


def _reach(license: Entry, edges: Sequence[Entry], nodes: Mapping[str, Row]) -> Row:
    """The boxes and lines on the ways by which a license gets to a release, and the words for it."""
    ids: dict[Any, None] = {}
    for reach in license["reaches"]:
        path = list(reach["path"])
        ways = [path + [edge["to"]] for edge in edges if path and edge["from"] == path[-1] and edge["to"].startswith("release:")] or [path]
        for way in ways:
            ids |= dict.fromkeys(way) | dict.fromkeys(zip(way, way[1:]))
    reached = [nodes[one]["node"] for one in nodes if one in ids]
    stages = [[node for node in reached if node["role"] == role] for role in ("input", "made", "release")]
    return {"license": license, "ids": ids, "stages": [stage for stage in stages if stage],
            "relations": list(dict.fromkeys(one["relation"] for one in license["reaches"]))}


# ---- the layout ------------------------------------------------------------------------------------------------------


class _View:
    """What the layout library wants to know of a box; its x is our y, for it draws downwards."""

    def __init__(self, box: Row) -> None:
        self.w, self.h = box["height"], box["width"]
        self.xy: Point = (0.0, 0.0)


class _Route:
    """Takes the points of a line from the layout library."""

    def __init__(self) -> None:
        self.points: list[Point] = []

    def setpath(self, points: list[Point]) -> None:
        """Called by the library with the points through which the line runs."""
        self.points = list(points)


def _place(nodes: Mapping[str, Row], lines: Mapping[tuple[str, str], Row]) -> Point:
    """Put every box and line in its place; the size of the whole."""
    from grandalf.graphs import Edge, Graph, Vertex

    vertices: dict[str, Vertex] = {}
    for key, box in nodes.items():
        vertices[key] = Vertex(key)
        vertices[key].view = _View(box)
    drawn: list[Edge] = []
    for (start, end), line in lines.items():
        edge = Edge(vertices[start], vertices[end], data=line)
        edge.view = _Route()
        drawn.append(edge)
    low, right = MARGIN, 0.0
    for component in sorted(Graph(list(vertices.values()), drawn).C, key=lambda one: -len(one.sV)):
        low, right = _arrange(component, nodes, low, right)
    return right + MARGIN, low - GAP_DOWN + MARGIN


def _arrange(component: Any, nodes: Mapping[str, Row], low: float, right: float) -> Point:
    """Lay out what hangs together, below what is there already."""
    from grandalf.layouts import SugiyamaLayout

    layout = SugiyamaLayout(component)
    layout.xspace, layout.yspace = GAP_DOWN, GAP_ACROSS
    own = [nodes[vertex.data] for vertex in component.sV]
    if len(own) > 1:
        layout.init_all()
        layout.draw(3)
    views = [vertex.view for vertex in component.sV]
    top = min(view.xy[0] - view.w / 2 for view in views) - low
    left = min(view.xy[1] - view.h / 2 for view in views) - MARGIN
    for box, view in zip(own, views):
        box["x"], box["y"] = round(view.xy[1] - view.h / 2 - left, 1), round(view.xy[0] - view.w / 2 - top, 1)
    for edge in component.sE:
        inner = [(y - left, x - top) for x, y in edge.view.points[1:-1]]
        _run(edge.data, nodes[edge.v[0].data], nodes[edge.v[1].data], inner)
    return max(box["y"] + box["height"] for box in own) + GAP_DOWN, max(right, *(box["x"] + WIDTH for box in own))


def _strips(boxes: Iterable[Row], width: float, height: float) -> list[Point]:
    """(top, height) of the strips that paper may hold one by one, cut where no box stands; none where all of it fits on one sheet."""
    scale = min(1.0, PAPER_ACROSS / width)
    if height * scale <= PAPER_DOWN:
        return []
    cuts = [0.0]
    reached = 0.0
    for top, bottom in sorted((box["y"], box["y"] + box["height"]) for box in boxes):
        middle = (reached + top) / 2
        if top > reached and (middle - cuts[-1]) * scale >= STRIP:
            cuts.append(round(middle, 1))
        reached = max(reached, bottom)
    return [(top, round(end - top, 1)) for top, end in zip(cuts, [*cuts[1:], round(height)])]


def _run(line: Row, start: Row, end: Row, inner: Sequence[Point]) -> None:
    """A soft line from the right side of one box to the left side of the other, through the points given."""
    first = (start["x"] + WIDTH, start["y"] + start["height"] / 2)
    last = (end["x"], end["y"] + end["height"] / 2)
    points = [first, *(sorted(inner) if first[0] < last[0] else ()), last]
    path = [f"M{first[0]:.1f} {first[1]:.1f}"]
    for (x, y), (to_x, to_y) in zip(points, points[1:]):
        middle = (x + to_x) / 2
        path.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    x, y = last
    line.update(path="".join(path), tip=f"M{x - 9:.1f} {y - 4.5:.1f}L{x:.1f} {y:.1f}L{x - 9:.1f} {y + 4.5:.1f}z", first=first, last=last)


def _label(lines: Iterable[Row]) -> None:
    """Put the words of each line at that of its ends where fewer lines meet."""
    drawn = list(lines)
    leaving = [line["id"][0] for line in drawn]
    arriving = [line["id"][1] for line in drawn]
    for line in drawn:
        at_start = leaving.count(line["id"][0]) <= arriving.count(line["id"][1])
        x, y = line["first"] if at_start else line["last"]
        line.update(label_x=round(x + (8 if at_start else -12), 1), label_y=round(y, 1), anchor="start" if at_start else "end")
