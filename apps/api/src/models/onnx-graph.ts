import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

// The messages of onnx.proto that a feed-forward network needs, written field by field. Source: onnx/onnx.proto of
// ONNX 1.8 (IR version 7, operator set 13), field numbers as there.

const IR_VERSION = 7;
const OPSET = 13;

/** TensorProto.DataType. */
const dataTypes = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const;
type DataType = keyof typeof dataTypes;

/** A tensor that is part of the model. */
export type OnnxTensor = { name: string; dims: readonly number[] } & (
  | { type: 'float'; values: Float32Array }
  | { type: 'double'; values: Float64Array }
  | { type: 'int64'; values: BigInt64Array }
  | { type: 'bool' /** 0 and 1. */; values: Uint8Array }
  | { type: 'string'; values: readonly string[] }
);

export interface OnnxNode {
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Whole numbers are all that the operators here take. */
  attributes?: Readonly<Record<string, number>>;
}

/** An input or output; a text stands for a size that is free. */
export interface OnnxValue {
  name: string;
  type: DataType;
  shape: readonly (number | string)[];
}

export interface OnnxModel {
  name: string;
  documentation: string;
  producerVersion: string;
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  nodes: readonly OnnxNode[];
  tensors: readonly OnnxTensor[];
  metadata: Readonly<Record<string, string>>;
}

type Write = (writer: BinaryWriter) => void;

function message(writer: BinaryWriter, field: number, write: Write): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};

const integer = (writer: BinaryWriter, field: number, value: number): void => {
  writer.tag(field, WireType.Varint).int64(value);
};

/** ModelProto, in the bytes of protobuf. */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'holdfast');
  text(writer, 3, model.producerVersion);
  integer(writer, 5, 1);
  text(writer, 6, model.documentation);
  message(writer, 7, (graph) => writeGraph(graph, model));
  message(writer, 8, (opset) => {
    text(opset, 1, '');
    integer(opset, 2, OPSET);
  });
  for (const [key, value] of Object.entries(model.metadata))
    message(writer, 14, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  return writer.finish();
}

function writeGraph(graph: BinaryWriter, { name, nodes, tensors, inputs, outputs }: OnnxModel): void {
  for (const node of nodes) message(graph, 1, (writer) => writeNode(writer, node));
  text(graph, 2, name);
  for (const tensor of tensors) message(graph, 5, (writer) => writeTensor(writer, tensor));
  for (const value of inputs) message(graph, 11, (writer) => writeValue(writer, value));
  for (const value of outputs) message(graph, 12, (writer) => writeValue(writer, value));
}

function writeNode(writer: BinaryWriter, { operator, inputs, outputs, attributes = {} }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  text(writer, 3, `make_${outputs[0]}`);
  text(writer, 4, operator);
  for (const [name, value] of Object.entries(attributes))
    message(writer, 5, (attribute) => {
      text(attribute, 1, name);
      integer(attribute, 3, value);
      // AttributeType INT.
      integer(attribute, 20, 2);
    });
}

function writeTensor(writer: BinaryWriter, tensor: OnnxTensor): void {
  for (const size of tensor.dims) integer(writer, 1, size);
  integer(writer, 2, dataTypes[tensor.type]);
  if (tensor.type === 'string') {
    for (const value of tensor.values) text(writer, 6, value);
    text(writer, 8, tensor.name);
    return;
  }
  text(writer, 8, tensor.name);
  // raw_data is little-endian, as memory is wherever Node runs.
  const { buffer, byteOffset, byteLength } = tensor.values;
  writer
    .tag(9, WireType.LengthDelimited)
    .bytes(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
}

function writeValue(writer: BinaryWriter, { name, type, shape }: OnnxValue): void {
  text(writer, 1, name);
  message(writer, 2, (typeProto) =>
    message(typeProto, 1, (tensorType) => {
      integer(tensorType, 1, dataTypes[type]);
      message(tensorType, 2, (shapeProto) => {
        for (const size of shape)
          message(shapeProto, 1, (dimension) => {
            if (typeof size === 'number') integer(dimension, 1, size);
            else text(dimension, 2, size);
          });
      });
    }),
  );
}
