"""The same closures with graph libraries of Python, on the starts and hops that `scale rivals` has written."""
import sys
import time

import numpy as np

folder, edges = sys.argv[1], int(sys.argv[2])
starts = np.fromfile(f"{folder}/starts", dtype="<u4").reshape(-1, 3)
hops = np.fromfile(f"{folder}/hops", dtype="<u4").reshape(-1, 3)
labels = sorted(set(starts[:, 1].tolist()))


def distinct(pairs):
    """Pairs without doubles, by way of one number for each."""
    one = np.unique(pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1].astype(np.uint64))
    return np.stack([one >> np.uint64(32), one & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)


def rows(gate):
    """What is open over at most that gate: labels with where they start, and hops."""
    own = distinct(starts[starts[:, 2] <= gate][:, 1::-1])
    way = distinct(hops[hops[:, 2] <= gate][:, :2])
    return own, way


def with_rustworkx():
    import rustworkx

    nodes = int(max(starts[:, 0].max(initial=0), hops[:, :2].max(initial=0))) + 1
    build = close = 0.0
    influenced = []
    for gate in range(3):
        begin = time.process_time()
        own, way = rows(gate)
        graph = rustworkx.PyDiGraph(multigraph=True)
        graph.add_nodes_from(range(nodes + len(labels)))
        graph.add_edges_from_no_data(list(map(tuple, way.tolist())))
        index = {label: nodes + at for at, label in enumerate(labels)}
        graph.add_edges_from_no_data([(index[label], node) for label, node in own.tolist()])
        build += time.process_time() - begin
        begin = time.process_time()
        reached = {label: rustworkx.descendants(graph, index[label]) for label in labels}
        close += time.process_time() - begin
        influenced.append(len(set().union(*(reached[it] for it in labels if it < 3))))
    return build, close, influenced


def with_networkx():
    import networkx

    build = close = 0.0
    influenced = []
    for gate in range(3):
        begin = time.process_time()
        own, way = rows(gate)
        graph = networkx.DiGraph()
        graph.add_edges_from(way.tolist())
        graph.add_edges_from((("label", label), node) for label, node in own.tolist())
        build += time.process_time() - begin
        begin = time.process_time()
        reached = {}
        for label in labels:
            it = ("label", label)
            reached[label] = networkx.descendants(graph, it) if it in graph else set()
        close += time.process_time() - begin
        influenced.append(len(set().union(*(reached[it] for it in labels if it < 3))))
    return build, close, influenced


for name, run in (("rustworkx", with_rustworkx), ("networkx", with_networkx)):
    build, close, influenced = run()
    exactly = [influenced[0], influenced[1] - influenced[0], influenced[2] - influenced[1]]
    print(f"{name:<11} CPU: build {build * 1e3:>10.2f} ms, closures {close * 1e3:>10.2f} ms; influenced by weakest gate: {exactly}")
