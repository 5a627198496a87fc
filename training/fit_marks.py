"""Fit the measures of a mark and their joint doubt; writes ``marks_*.onnx`` and ``marks.json``.

python -m training.fit_marks FIT.npz... --calibrate C.npz --habit H.npz --out WEIGHTS_DIR

The inputs come from ``training.mark_data``; the calibration set has a seed of its own and is used
for nothing but the weights of the two measures, the habit set for nothing but the comparison of a
mark with the others of its hand. Needs torch (see README.md).
"""

import json
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import torch
from torch import Tensor, nn

from ocr.doubt import CANCELLED, NOTHING, PLAIN
from ocr.habit import INKED_BELOW, OTHERS, TRAITS, deviations, log_odds

CLASSES = 4
BATCH = 128


class Standardised(nn.Module):
    """A small network on features, which it standardises itself."""

    def __init__(self, mean: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("spread", spread)
        width = len(mean)
        self.layers = nn.Sequential(
            nn.Linear(width, 48), nn.ReLU(), nn.Linear(48, 32), nn.ReLU(), nn.Linear(32, CLASSES)
        )

    def forward(self, features: Tensor) -> Tensor:
        """(N, 27) -> (N, 4) logits."""
        return self.layers((features - self.mean) / self.spread)


def picture_net() -> nn.Sequential:
    """(N, 1, 48, 48) -> (N, 4) logits; half a million multiplications."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 32, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 9, 48),
        nn.ReLU(),
        nn.Linear(48, CLASSES),
    )


def train(net: nn.Module, inputs: Tensor, labels: Tensor, epochs: int, flip: bool) -> None:
    """Adam with a one-cycle rate; pictures are mirrored and turned at random."""
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
            if flip:
                batch = batch / 127
                if torch.rand(()) < 0.5:
                    batch = batch.flip(-1)
                if torch.rand(()) < 0.5:
                    batch = batch.flip(-2)
            loss = nn.functional.cross_entropy(net(batch), labels[index], label_smoothing=0.002)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss)
        click.echo(f"  epoch {epoch + 1}/{epochs}: loss {total * BATCH / len(order):.4f}")


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
    page: np.ndarray
    row: np.ndarray
    names: list[str]


def load(paths: tuple[Path, ...]) -> Simulated:
    """The cells of several files; pages and rows are those of the last one."""
    parts = [np.load(path) for path in paths]
    features, pictures, labels = (
        torch.tensor(np.concatenate([part[name] for part in parts]))
        for name in ("features", "pictures", "labels")
    )
    last = parts[-1]
    return Simulated(features, pictures, labels, last["page"], last["row"], list(last["names"]))


def fit_habit(joint: np.ndarray, data: Simulated, shares: list[float]) -> tuple[list[float], float]:
    """Logistic weights and offset of the comparison of a mark with the others of its hand."""
    chosen = [data.names.index(name) for name in TRAITS]
    traits = data.features.numpy()[:, chosen].astype(np.float64)
    inked = joint[:, NOTHING] < INKED_BELOW
    alone = inked & (np.bincount(data.row, inked)[data.row] == 1)
    inputs, truths = [], []
    for page in np.unique(data.page):
        cells = np.flatnonzero(alone & (data.page == page))
        if len(cells) > OTHERS:
            inputs.append(deviations(log_odds(joint[cells]), traits[cells]))
            truths.append(data.labels.numpy()[cells])
    x, label = torch.tensor(np.vstack(inputs)), torch.tensor(np.concatenate(truths))
    seen = (label == PLAIN) | (label == CANCELLED)
    x, y = x[seen], (label[seen] == CANCELLED).double()
    # As squares the weights stay positive: more of anything never makes a mark look plainer.
    roots = torch.full((x.shape[1],), 0.5, dtype=torch.float64, requires_grad=True)
    offset = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([roots, offset], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = nn.functional.binary_cross_entropy_with_logits(x @ roots**2 + offset, y)
        value.backward()
        return value

    optimiser.step(loss)
    weights = roots.detach() ** 2
    click.echo(f"habit: {len(y)} lone marks, loss {float(loss()):.4f}, weights {weights.tolist()}")
    here = float(y.mean() / (1 - y.mean()))
    return weights.tolist(), float(offset) + float(np.log(shares[CANCELLED] / shares[PLAIN] / here))


@click.command(help=__doc__)
@click.argument("fit", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--calibrate", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--habit", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--epochs", default=13)
@click.option("--seed", default=20261121)
def main(
    fit: tuple[Path, ...], calibrate: Path, habit: Path, out: Path, epochs: int, seed: int
) -> None:
    """Train, calibrate, export."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    data = load(fit)
    strokes = Standardised(data.features.mean(0), data.features.std(0) + 1e-3)
    picture = picture_net()
    train(strokes, data.features, data.labels, epochs * 3, flip=False)
    train(picture, data.pictures, data.labels, epochs, flip=True)

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
    pages = load((habit,))
    first, second = logs(pages)
    found = (weights[0] * first + weights[1] * second + torch.tensor(offsets)).softmax(1)
    compared, offset = fit_habit(found.double().numpy(), pages, shares)
    out.mkdir(parents=True, exist_ok=True)
    export(strokes, torch.zeros(1, data.features.shape[1]), out / "marks_strokes.onnx")
    export(picture, torch.zeros(1, *data.pictures.shape[1:]), out / "marks_picture.onnx")
    document = {
        "classes": ["nothing", "plain", "cancelled", "residue"],
        "measures": {"strokes": round(weights[0], 4), "picture": round(weights[1], 4)},
        "shares": [round(value, 4) for value in shares],
        "offsets": [round(value, 4) for value in offsets],
        "habit": {"weights": [round(value, 4) for value in compared], "offset": round(offset, 4)},
        "fitted_on": f"{len(data.labels)} simulated cells; joint weights on {len(held.labels)}"
        f" others, habit on {len(pages.labels)} others",
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
