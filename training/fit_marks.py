"""Fit the measures of a mark and their joint doubt; writes ``marks_*.onnx`` and ``marks.json``.

python -m training.fit_marks FIT.npz... --calibrate C.npz --traces T.npz --context P.npz \
    --out WEIGHTS_DIR

The inputs come from ``training.mark_data``; the calibration set has a seed of its own and is used
for nothing but the weights of the two measures, the traces set for nothing but the network that
looks for traces, the context set for nothing but the third measure, which compares a cell with its
page. Needs torch (see README.md).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
import torch
from torch import Tensor, nn

from ocr.context import PageCells, context_inputs
from ocr.habit import lone_marks
from ocr.measures import PALE_AROUND, cell_traits
from ocr.traces import odds_of_traces

CLASSES, RESIDUE = 4, 3
EMPTY = np.array([1.0, 0, 0, 0])
"""What both measures say of a cell without a trace of ink."""
FARTHEST = 4.0
"""Standard deviations from the mean within which features are told apart."""

BATCH = 128


class Standardised(nn.Module):
    """A network on features, which are standardised first."""

    def __init__(self, features: Tensor, net: nn.Module) -> None:
        super().__init__()
        self.register_buffer("mean", features.mean(0))
        self.register_buffer("spread", features.std(0) + 1e-3)
        self.net = net

    def standardised(self, features: Tensor) -> Tensor:
        """Features (N, width) as the network gets them. What no page of the fit came near is as
        far away as it may be: a network that has not seen it would say anything of it."""
        return ((features - self.mean) / self.spread).clamp(-FARTHEST, FARTHEST)

    def forward(self, features: Tensor) -> Tensor:
        """(N, width) -> (N, 4) logits."""
        return self.net(self.standardised(features))


class Committee(nn.Module):
    """Networks on the same features, fitted one by one from other beginnings; their mean logits
    are surer where they agree."""

    MEMBERS = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("offset", torch.zeros(CLASSES))
        self.members = nn.ModuleList(
            layers(width, 96, 48, dropout=0.1) for _ in range(self.MEMBERS)
        )

    def forward(self, features: Tensor) -> Tensor:
        """(N, width) -> (N, 4) logits."""
        return sum(member(features) for member in self.members) / self.MEMBERS + self.offset


def layers(width: int, first: int, second: int, dropout: float = 0.0) -> nn.Sequential:
    """Two hidden layers."""
    return nn.Sequential(
        nn.Linear(width, first),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(first, second),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(second, CLASSES),
    )


def convolutions(*channels: int, first: int = 3) -> Iterator[nn.Module]:
    """Convolutions from one number of channels to the next, each of which halves the picture; the
    first has a kernel of its own size."""
    side = first
    for taken, given in pairwise(channels):
        yield nn.Conv2d(taken, given, side, stride=2, padding=side // 2)
        yield nn.ReLU()
        side = 3


def picture_net() -> nn.Sequential:
    """(N, 1, 48, 48) -> (N, 4) logits; half a million multiplications."""
    return nn.Sequential(
        *convolutions(1, 8, 16, 32, 32),
        nn.Flatten(),
        nn.Linear(32 * 9, 48),
        nn.ReLU(),
        nn.Linear(48, CLASSES),
    )


class TraceNet(nn.Module):
    """(N, 1, 96, 80) darkness of a cell and its margins, grey levels -> (N, 1) log odds that it
    holds the trace of a mark; 3 million multiplications."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = nn.Sequential(*convolutions(1, 12, 24, 32, 48, first=5))
        self.strongest, self.usual = nn.AdaptiveMaxPool2d(1), nn.AdaptiveAvgPool2d(1)
        self.odds = nn.Sequential(nn.Flatten(), nn.Linear(96, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, windows: Tensor) -> Tensor:
        """A trace is somewhere in the window: what is seen is pooled over all of it."""
        seen = self.seen(windows / 16)
        return self.odds(torch.cat([self.strongest(seen), self.usual(seen)], 1))


def fit_traces(paths: tuple[Path, ...], epochs: int) -> nn.Module:
    """The network that looks for traces; scans in black and white show none. A page in ten is kept
    to tell how well it does on pages it has not seen."""
    parts = [np.load(path) for path in paths]
    shades = [~part["bilevel"] for part in parts]
    windows, labels, page = (
        np.concatenate([part[name][some] for part, some in zip(parts, shades, strict=True)])
        for name in ("windows", "labels", "page")
    )
    x, y = torch.tensor(windows), torch.tensor((labels == RESIDUE).astype(np.float32))
    held = torch.tensor(page % 10 == 0)
    net = TraceNet()
    train(net, x[~held], y[~held], epochs, _odds_loss, scale=1.0)
    net.eval()
    with torch.no_grad():
        odds = torch.cat([net(part.float()) for part in x[held].split(1000)])
    right = (odds[:, 0] > 0) == (y[held] > 0)
    click.echo(
        f"traces: {right.float().mean():.4f} right, loss {float(_odds_loss(odds, y[held])):.4f}"
    )
    return net


def _odds_loss(odds: Tensor, labels: Tensor) -> Tensor:
    return nn.functional.binary_cross_entropy_with_logits(odds[:, 0], labels)


def train(
    net: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    epochs: int,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    scale: float | None = None,
) -> None:
    """Adam with a one-cycle rate. Pictures, given with the scale of their values, are mirrored and
    turned at random."""
    steps = epochs * (len(labels) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    net.train()
    for epoch in range(epochs):
        total = 0.0
        order = torch.randperm(len(labels))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            index = order[start : start + BATCH]
            batch = inputs[index].float()
            if scale is not None:
                batch = batch / scale
                if torch.rand(()) < 0.5:
                    batch = batch.flip(-1)
                if torch.rand(()) < 0.5:
                    batch = batch.flip(-2)
            loss = loss_of(net(batch), labels[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        click.echo(f"  epoch {epoch + 1}/{epochs}: loss {total * BATCH / len(order):.4f}")


def _class_loss(logits: Tensor, labels: Tensor) -> Tensor:
    return nn.functional.cross_entropy(logits, labels, label_smoothing=0.002)


def joint_weights(logs: list[Tensor], labels: Tensor) -> tuple[list[float], list[float]]:
    """Weights of the measures' log probabilities and class offsets that fit best."""
    weights = torch.full((len(logs),), 0.5, requires_grad=True)
    offsets = torch.zeros(CLASSES, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, offsets], max_iter=200)

    def loss() -> Tensor:
        optimiser.zero_grad()
        joint = sum(weight * log for weight, log in zip(weights, logs, strict=True)) + offsets
        value = nn.functional.cross_entropy(joint, labels)
        value.backward()
        return value

    optimiser.step(loss)
    return weights.tolist(), offsets.tolist()


@dataclass(frozen=True, eq=False)
class Simulated:
    """What ``training.mark_data`` stored of n cells."""

    features: Tensor
    pictures: Tensor
    labels: Tensor
    windows: Tensor
    traces: np.ndarray
    inked: np.ndarray
    page: np.ndarray


def load(paths: tuple[Path, ...]) -> Simulated:
    """The cells of several files, their pages numbered on."""
    parts = [np.load(path) for path in paths]

    def joined(name: str) -> np.ndarray:
        return np.concatenate([part[name] for part in parts])

    firsts = np.cumsum([0, *(part["page"].max() + 1 for part in parts)])
    page = [part["page"] + first for part, first in zip(parts, firsts, strict=False)]
    return Simulated(
        features=torch.tensor(joined("features")),
        pictures=torch.tensor(joined("pictures")),
        labels=torch.tensor(joined("labels")),
        windows=torch.tensor(joined("windows")),
        traces=joined("traces"),
        inked=joined("inked"),
        page=np.concatenate(page),
    )


def _odds_of_windows(tracing: nn.Module, windows: Tensor, which: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return tracing(windows[which].float()).numpy()[:, 0].astype(np.float64)


def fit_context(
    measures: tuple[np.ndarray, np.ndarray, np.ndarray],
    tracing: nn.Module,
    data: Simulated,
    shares: list[float],
    epochs: int,
) -> nn.Module:
    """The network that compares a cell with its page; its probabilities are on the footing of
    ``shares``. A page in ten is kept to tell how well it does on pages it has not seen."""
    inputs = []
    for page in np.unique(data.page):
        cells = np.flatnonzero(data.page == page)
        strokes, picture, joint = (
            np.where(data.inked[cells, None], measure[cells], EMPTY) for measure in measures
        )
        traits = cell_traits(
            data.features[cells].numpy(), data.pictures[cells].float().numpy() / 127
        )
        traits = np.where(data.inked[cells, None], traits, 0.0).astype(np.float64)
        look = partial(_odds_of_windows, tracing, data.windows[cells])
        odds = odds_of_traces(traits[:, PALE_AROUND], look)
        traces = np.column_stack([data.traces[cells], odds])
        choices = [(f"{row}/self", 2) for row in range(len(cells) // 2)]
        lone = lone_marks(choices, joint)
        seen = PageCells(choices, lone, (strokes, picture, joint), traits, traces)
        inputs.append(context_inputs(seen))
    x, y = torch.tensor(np.vstack(inputs)), data.labels
    some, held = torch.tensor(data.inked), torch.tensor(data.page % 10 == 0)
    committee = Committee(x.shape[1])
    net = Standardised(x[some], committee)
    for member in committee.members:
        train(member, net.standardised(x[some & ~held]), y[some & ~held], epochs, _class_loss)
    net.eval()
    with torch.no_grad():
        logits = net(x[some & held])
    truth = y[some & held]
    loss = float(nn.functional.cross_entropy(logits, truth))
    click.echo(f"context: {(logits.argmax(1) == truth).float().mean():.4f} right, loss {loss:.4f}")
    before = torch.tensor(np.log(measures[2][(some & held).numpy()] + 1e-9))
    click.echo(f"  the joint measure there: {(before.argmax(1) == truth).float().mean():.4f} right")
    here = torch.bincount(y, minlength=CLASSES) / len(y)
    committee.offset += torch.log(torch.tensor(shares) / here)
    return net


@click.command(help=__doc__)
@click.argument("fit", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--calibrate", type=click.Path(exists=True, path_type=Path), required=True)
@click.option(
    "--context", type=click.Path(exists=True, path_type=Path), required=True, multiple=True
)
@click.option(
    "--traces", type=click.Path(exists=True, path_type=Path), required=True, multiple=True
)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--epochs", default=13)
@click.option("--seed", default=20261121)
def main(
    fit: tuple[Path, ...],
    calibrate: Path,
    context: tuple[Path, ...],
    traces: tuple[Path, ...],
    out: Path,
    epochs: int,
    seed: int,
) -> None:
    """Train, calibrate, export."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    data = load(fit)
    strokes = Standardised(data.features, layers(data.features.shape[1], 48, 32))
    picture = picture_net()
    train(strokes, data.features, data.labels, epochs * 3, _class_loss)
    train(picture, data.pictures, data.labels, epochs, _class_loss, scale=127)

    def logs(of: Simulated) -> list[Tensor]:
        with torch.no_grad():
            shown = [picture(part.float() / 127) for part in of.pictures.split(1000)]
            return [strokes(of.features).log_softmax(1), torch.cat(shown).log_softmax(1)]

    held = load((calibrate,))
    by_strokes, by_picture = logs(held)
    weights, offsets = joint_weights([by_strokes, by_picture], held.labels)
    for name, log in (("strokes", by_strokes), ("picture", by_picture)):
        click.echo(f"{name}: {(log.argmax(1) == held.labels).float().mean():.4f} right")
    joint = weights[0] * by_strokes + weights[1] * by_picture + torch.tensor(offsets)
    click.echo(f"joint: {(joint.argmax(1) == held.labels).float().mean():.4f}; weights {weights}")
    table = [
        [int(((joint.argmax(1) == c) & (held.labels == r)).sum()) for c in range(4)]
        for r in range(4)
    ]
    click.echo(f"confusion (rows: true): {table}")
    shares = [float((held.labels == k).float().mean()) for k in range(CLASSES)]
    pages = load(context)
    first, second = logs(pages)
    found = (weights[0] * first + weights[1] * second + torch.tensor(offsets)).softmax(1)
    measures = tuple(each.double().numpy() for each in (first.exp(), second.exp(), found))
    # Each begins anew: it is the same whatever was fitted before it.
    torch.manual_seed(seed)
    tracing = fit_traces(traces, epochs)
    torch.manual_seed(seed)
    third = fit_context(measures, tracing, pages, shares, epochs * 2)
    out.mkdir(parents=True, exist_ok=True)
    export(strokes, torch.zeros(1, data.features.shape[1]), out / "marks_strokes.onnx")
    export(picture, torch.zeros(1, *data.pictures.shape[1:]), out / "marks_picture.onnx")
    export(tracing, torch.zeros(1, *pages.windows.shape[1:]), out / "marks_traces.onnx")
    export(third, torch.zeros(1, len(third.mean)), out / "marks_context.onnx")
    document = {
        "classes": ["nothing", "plain", "cancelled", "residue"],
        "inputs": {"strokes": data.features.shape[1], "context": len(third.mean)},
        "measures": {"strokes": round(weights[0], 4), "picture": round(weights[1], 4)},
        "shares": [round(value, 4) for value in shares],
        "offsets": [round(value, 4) for value in offsets],
        "fitted_on": f"{len(data.labels)} simulated cells; joint weights on {len(held.labels)}"
        f" others, context on {len(pages.labels)} others",
        "seed": seed,
    }
    (out / "marks.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def export(net: nn.Module, example: Tensor, path: Path) -> None:
    """Write the network as ONNX that cv2.dnn reads (the exporter before dynamo)."""
    axes = {"input": {0: "n"}, "output": {0: "n"}}
    torch.onnx.export(
        net,
        (example,),
        str(path),
        dynamo=False,
        input_names=["input"],
        output_names=["output"],
        dynamic_axes=axes,
    )


if __name__ == "__main__":
    main()
