"""Fit the two measures of a mark and their joint doubt; writes ``marks_*.onnx`` and ``marks.json``.

python -m training.fit_marks FIT.npz... --calibrate CALIBRATE.npz --out WEIGHTS_DIR

The inputs come from ``training.mark_data``; the calibration set has a seed of its own and is used
for nothing but the weights of the two measures. Needs torch (see README.md).
"""

import json
from pathlib import Path

import click
import numpy as np
import torch
from torch import Tensor, nn

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
        """(N, 25) -> (N, 4) logits."""
        return self.layers((features - self.mean) / self.spread)


def picture_net() -> nn.Sequential:
    """(N, 2, 48, 48) -> (N, 4) logits; half a million multiplications."""
    return nn.Sequential(
        nn.Conv2d(2, 8, 5, stride=2, padding=2),
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
                batch = batch / 255
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


@click.command(help=__doc__)
@click.argument("fit", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--calibrate", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--epochs", default=13)
@click.option("--seed", default=20261120)
def main(fit: tuple[Path, ...], calibrate: Path, out: Path, epochs: int, seed: int) -> None:
    """Train, calibrate, export."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    parts = [np.load(path) for path in fit]
    features = torch.tensor(np.vstack([part["features"] for part in parts]))
    pictures = torch.tensor(np.vstack([part["pictures"] for part in parts]))
    labels = torch.tensor(np.concatenate([part["labels"] for part in parts]))
    strokes = Standardised(features.mean(0), features.std(0) + 1e-3)
    picture = picture_net()
    train(strokes, features, labels, epochs * 3, flip=False)
    train(picture, pictures, labels, epochs, flip=True)
    held = np.load(calibrate)
    held_labels = torch.tensor(held["labels"])
    with torch.no_grad():
        strokes.eval()
        picture.eval()
        by_strokes = strokes(torch.tensor(held["features"])).log_softmax(1)
        by_picture = picture(torch.tensor(held["pictures"]).float() / 255).log_softmax(1)
    weights, offsets = joint_weights([by_strokes, by_picture], held_labels)
    for name, log in (("strokes", by_strokes), ("picture", by_picture)):
        click.echo(f"{name}: {(log.argmax(1) == held_labels).float().mean():.4f} right")
    joint = weights[0] * by_strokes + weights[1] * by_picture + torch.tensor(offsets)
    click.echo(f"joint: {(joint.argmax(1) == held_labels).float().mean():.4f}; weights {weights}")
    table = [
        [int(((joint.argmax(1) == c) & (held_labels == r)).sum()) for c in range(4)]
        for r in range(4)
    ]
    click.echo(f"confusion (rows: true): {table}")
    out.mkdir(parents=True, exist_ok=True)
    export(strokes, torch.zeros(1, features.shape[1]), out / "marks_strokes.onnx")
    export(picture, torch.zeros(1, *pictures.shape[1:]), out / "marks_picture.onnx")
    document = {
        "classes": ["nothing", "plain", "cancelled", "residue"],
        "measures": {"strokes": round(weights[0], 4), "picture": round(weights[1], 4)},
        "shares": [round(float((held_labels == k).float().mean()), 4) for k in range(CLASSES)],
        "offsets": [round(value, 4) for value in offsets],
        "fitted_on": f"{len(labels)} simulated cells; joint weights on {len(held_labels)} others",
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
