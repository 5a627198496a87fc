"""Train the digit network and calibrate it; writes ``digits.onnx`` and ``digits.json``.

python -m training.fit_digits FIT.npz... --test OTHER.npz [--out WEIGHTS_DIR]

The inputs come from ``training.digit_data``. ``--test`` is a source that was not fitted on: the
accuracy on it is printed, and its confidence sets the temperature. Needs torch (see README.md).
"""

import json
from pathlib import Path

import click
import numpy as np
import torch
from torch import Tensor, nn

from training.fit_marks import export

CLASSES = 11
BATCH = 64


class DigitNet(nn.Module):
    """(N, 1, 28, 28) -> (N, 11) logits, divided by the fitted temperature."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("temperature", torch.ones(()))
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 48, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(48 * 9, 96),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(96, CLASSES),
        )

    def forward(self, glyphs: Tensor) -> Tensor:
        """Calibrated logits."""
        return self.body(glyphs) / self.temperature


def load(paths: tuple[Path, ...]) -> tuple[Tensor, Tensor]:
    """Glyphs uint8 (N, 1, 28, 28) and labels of several files."""
    parts = [np.load(path) for path in paths]
    glyphs = torch.tensor(np.concatenate([part["glyphs"] for part in parts]))[:, None]
    return glyphs, torch.tensor(np.concatenate([part["labels"] for part in parts]))


def distorted(batch: Tensor) -> Tensor:
    """Random small affine changes: a hand's slant, size and place."""
    count = len(batch)
    noise = torch.randn(count, 2, 3) * torch.tensor([[0.08, 0.12, 0.05], [0.06, 0.08, 0.05]])
    theta = torch.eye(2, 3).expand(count, 2, 3) + noise
    grid = nn.functional.affine_grid(theta, list(batch.shape), align_corners=False)
    return nn.functional.grid_sample(batch, grid, align_corners=False)


def train(net: nn.Module, glyphs: Tensor, labels: Tensor, epochs: int) -> None:
    """AdamW with a one-cycle rate."""
    steps = epochs * (len(labels) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    net.train()
    for epoch in range(epochs):
        total = 0.0
        order = torch.randperm(len(labels))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            index = order[start : start + BATCH]
            batch = distorted(glyphs[index].float() / 255)
            loss = nn.functional.cross_entropy(net(batch), labels[index], label_smoothing=0.01)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss)
        click.echo(f"  epoch {epoch + 1}/{epochs}: loss {total * BATCH / len(order):.4f}")
    net.eval()


def logits_of(net: nn.Module, glyphs: Tensor) -> Tensor:
    """Logits without gradients, in batches."""
    with torch.no_grad():
        return torch.cat([net(part.float() / 255) for part in glyphs.split(1000)])


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature of least cross entropy, searched on a grid."""
    grid = np.linspace(0.5, 4.0, 71)
    losses = [float(nn.functional.cross_entropy(logits / t, labels)) for t in grid]
    return float(grid[int(np.argmin(losses))])


def report(name: str, logits: Tensor, labels: Tensor) -> dict[str, float]:
    """Accuracy on digits, and of those read with 0.98 and more: how many, how many wrong."""
    digits = labels < CLASSES - 1
    found, truth = logits[digits].softmax(1), labels[digits]
    best, which = found.max(1)
    right = which == truth
    sure = best > 0.98
    garbage = logits[~digits].softmax(1)
    figures = {
        "digits": int(digits.sum()),
        "accuracy": round(float(right.float().mean()), 4),
        "sure": round(float(sure.float().mean()), 4),
        "sure and wrong": round(float((sure & ~right).float().mean()), 5),
        "garbage": int((~digits).sum()),
        "garbage surely a digit": round(
            float((garbage[:, :-1].max(1).values > 0.98).float().mean()) if len(garbage) else 0, 4
        ),
    }
    click.echo(f"{name}: {figures}")
    return figures


@click.command(help=__doc__)
@click.argument("fit", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--test", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--out", type=click.Path(path_type=Path))
@click.option("--temperature", type=float, help="instead of fitting it on --test")
@click.option("--epochs", default=10)
@click.option("--seed", default=20261120)
def main(
    fit: tuple[Path, ...],
    test: Path,
    out: Path | None,
    temperature: float | None,
    epochs: int,
    seed: int,
) -> None:
    """Train, calibrate, report, and export when ``--out`` is given."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    glyphs, labels = load(fit)
    net = DigitNet()
    train(net, glyphs, labels, epochs)
    test_glyphs, test_labels = load((test,))
    logits = logits_of(net, test_glyphs)
    found = fit_temperature(logits, test_labels)
    used = temperature or found
    figures = report(f"test, temperature {used:.2f} (best {found:.2f})", logits / used, test_labels)
    if out is None:
        return
    net.temperature.fill_(used)
    export(net, torch.zeros(1, 1, 28, 28), out / "digits.onnx")
    document = {
        "fitted on": len(labels),
        "temperature": round(used, 3),
        "seed": seed,
        "test": figures,
    }
    (out / "digits.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
