"""Writes e3nn.json: tensor products with spherical harmonics on a small graph, summed over neighbours, by e3nn (arXiv 2207.09453)."""
import json, sys
import e3nn, torch
from e3nn import o3

torch.manual_seed(0)
n, c = 7, 4
pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3), (3, 4), (1, 5), (4, 5)]
position = torch.randn(n, 3)
x, v = torch.randn(n, c), torch.randn(n, c, 3)
weights = {k: torch.randn(len(pairs), c) for k in ("scalars", "spread", "dots")}
src = torch.tensor([b for a, b in pairs] + [a for a, b in pairs])
dst = torch.tensor([a for a, b in pairs] + [b for a, b in pairs])
both = {k: torch.cat([w, w]) for k, w in weights.items()}
harmonics = o3.spherical_harmonics([0, 1], position[src] - position[dst], normalize=True, normalization="component")
first = o3.TensorProduct(f"{c}x0e", "1x0e+1x1o", f"{c}x0e+{c}x1o", [(0, 0, 0, "uvu", True), (0, 1, 1, "uvu", True)],
                         internal_weights=False, shared_weights=False)
second = o3.TensorProduct(f"{c}x0e+{c}x1o", "1x0e+1x1o", f"{c}x0e+{c}x0e", [(0, 0, 0, "uvu", True), (1, 1, 1, "uvu", True)],
                          internal_weights=False, shared_weights=False)
total = lambda m: torch.zeros(n, m.shape[1]).index_add(0, dst, m)
a = total(first(x[src], harmonics, torch.cat([both["scalars"], both["spread"]], 1)))
b = total(second(torch.cat([x, v.reshape(n, -1)], 1)[src], harmonics, torch.cat([both["scalars"], both["dots"]], 1)))
out = dict(version=e3nn.__version__, nodes=n, pairs=pairs, position=position, x=x, v=v.transpose(1, 2), **weights, harmonics=harmonics[: len(pairs)],
           sum_scalars=a[:, :c], spread_vectors=a[:, c:].reshape(n, c, 3).transpose(1, 2), sum_dots=b[:, c:])
flat = {k: t.reshape(-1).tolist() if torch.is_tensor(t) else t for k, t in out.items()}
json.dump(flat, open(sys.argv[1], "w"))
