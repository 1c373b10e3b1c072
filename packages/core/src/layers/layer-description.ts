/** Hidden layers are `relu`; the last layer is a head, whose activation decides the loss. */
export type HeadActivation = 'softmax' | 'sigmoid' | 'linear';
export type Activation = 'relu' | HeadActivation;

/**
 * A dense layer `Z = X·W + b` and what follows it. `dropout` is the share of units switched off in training;
 * the penalties are `l1·Σ|w| + l2·Σw²`, weights and biases apart.
 */
export interface LayerDescription {
  inputs: number;
  units: number;
  activation: Activation;
  dropout: number;
  l1Weights: number;
  l2Weights: number;
  l1Biases: number;
  l2Biases: number;
}

/** Where a layer's parameters lie in the flat array: weights (inputs × units, row-major), then biases. */
export interface LayerOffsets {
  weights: number;
  biases: number;
  end: number;
}

/** Parameters lie layer by layer, each its weights row-major and then its biases. */
export function layerOffsets(layers: readonly LayerDescription[]): LayerOffsets[] {
  let next = 0;
  return layers.map(({ inputs, units }) => {
    const weights = next;
    const biases = weights + inputs * units;
    next = biases + units;
    return { weights, biases, end: next };
  });
}

/** @throws RangeError naming the layer where the layers do not make a network. */
export function checkLayers(layers: readonly LayerDescription[]): void {
  if (layers.length === 0) throw new RangeError('A network needs at least one layer');
  for (const [index, layer] of layers.entries()) {
    const last = index === layers.length - 1;
    const place = `layer ${index}`;
    if (
      !(
        Number.isInteger(layer.inputs) &&
        layer.inputs > 0 &&
        Number.isInteger(layer.units) &&
        layer.units > 0
      )
    )
      throw new RangeError(`${place}: inputs and units must be positive integers`);
    if (index > 0 && layers[index - 1]!.units !== layer.inputs)
      throw new RangeError(
        `${place}: has ${layer.inputs} inputs but the layer before it ${layers[index - 1]!.units} units`,
      );
    if (last === (layer.activation === 'relu'))
      throw new RangeError(
        last ? `${place}: the last layer is softmax, sigmoid or linear` : `${place}: a hidden layer is relu`,
      );
    if (!(layer.dropout >= 0 && layer.dropout < 1) || (last && layer.dropout !== 0))
      throw new RangeError(`${place}: dropout must be in [0, 1), and 0 in the last layer`);
    for (const name of ['l1Weights', 'l2Weights', 'l1Biases', 'l2Biases'] as const)
      if (!(layer[name] >= 0 && Number.isFinite(layer[name])))
        throw new RangeError(`${place}: ${name} must be a number from 0 on`);
  }
}
