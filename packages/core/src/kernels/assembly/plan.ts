/**
 * The plan of a training: where everything lies in the engine's memory, and the numbers of the set-up. The engine
 * writes it before a training begins (../lay-out-memory.ts), the kernels read it. This file is compiled by both
 * sides, as TypeScript and as AssemblyScript. Each name is a byte offset; a field has 4 bytes.
 */

/** Where the plan begins; below lies nothing, so that a forgotten pointer of 0 does no harm. */
export const PLAN = 1024;

/** Most rows of a block: enough to make good use of weights in the nearest cache, few enough to stay in the next. */
export const BLOCK = 128;
/** Bytes from one panel of a block to the next; not a power of two, or panels would fight for the same cache lines. */
export const PANEL_SIZE = 4224;

// Of the whole training, from PLAN on.
export const ROWS = 0;
/** Rows of a step. */
export const BATCH = 4;
/** Number of layers. */
export const LAYERS = 8;
/** HEAD_SOFTMAX, HEAD_SIGMOID or HEAD_LINEAR. */
export const HEAD = 12;
/** Features of the training rows: rows × the inputs, padded to a multiple of 8. */
export const FEATURES = 16;
/** Class indices (i32), or rows × outputs (f32). */
export const TARGETS = 20;
/** As many f32 as targets; 0 where all are 1. */
export const LOSS_WEIGHTS = 24;
/** The rows in the order of the epoch: i32 each. */
export const ORDER = 28;
/** The block's input panels, or one panel in the form of few-inputs.ts. */
export const INPUT = 36;
/** Four panels: the gradient of a layer's input before it is masked. */
export const PANEL = 40;
/** Head scratch: outputs × 4 f32, twice, and one f32 a row; or, forward, the spread weights of few-units.ts. */
export const SCRATCH = 44;
/** Generator states of the block's rows: 16 bytes a row. */
export const DRAWS = 48;
/** 32 zeros. */
export const ZEROS = 52;
/** The seed that orders rows, low and high word. */
export const ORDER_KEY_LOW = 56;
export const ORDER_KEY_HIGH = 60;
/** OPTIMIZER_… */
export const OPTIMIZER = 64;
/** The numbers of a step as f32, written anew before each update: see SCALAR_…. */
export const SCALARS = 68;
/** Results: f64 loss sum at 72, i32 right outputs at 80; see trainEpochs and evaluate. */
export const LOSS_SUM = 72;
export const RIGHT = 80;
/** Whole epochs so far, as the number of the stream that shuffles. */
export const EPOCHS = 84;
/** Updates so far. */
export const STEPS = 88;
/** Rows of the last step's batch. */
export const LAST_BATCH = 92;
/** The seed that draws dropout masks, low and high word. */
export const DROPOUT_KEY_LOW = 100;
export const DROPOUT_KEY_HIGH = 104;
/** Lists of the numbers that are not 0, see nonzero.ts: their values, their places, and how many bytes of each are filled. */
export const VALUES = 108;
export const PLACES = 112;
export const COUNTS = 116;
/** For each set of four lanes, the bytes of those lanes one after the other: 16 × 16 bytes. */
export const COMPRESS = 120;

/** Where the first layer's fields begin, and how far the next layer's are. */
export const LAYER = 128;
export const LAYER_SIZE = 104;

// Of a layer, from PLAN + LAYER + index · LAYER_SIZE on.
export const INPUTS = 0;
export const UNITS = 4;
/** Weight panels: [units / 8][inputs, padded to 8][8]. */
export const WEIGHTS = 8;
/** [units / 8][8] */
export const BIASES = 12;
/** The same shapes as weights and biases. */
export const WEIGHT_GRADIENTS = 16;
export const BIAS_GRADIENTS = 20;
export const WEIGHT_FIRST = 24;
export const BIAS_FIRST = 28;
export const WEIGHT_SECOND = 32;
export const BIAS_SECOND = 36;
/** Transposed weight panels [inputs / 8][units, padded to 8][8], of a hidden layer in groups as GROUPED has them; 0 in the first layer. */
export const TRANSPOSED = 40;
/** Gradients in that shape, where they are summed in it: those of a FEW layer, and of whole groups of a hidden layer's inputs. */
export const TRANSPOSED_GRADIENTS = 44;
/** Output panels of the block [units / 8][block rows][8]; backward, the gradient takes their place. */
export const OUTPUT = 48;
/** DROPOUT_… */
export const DROPOUT = 52;
/** A signed draw of 16 bits below it drops the unit. */
export const THRESHOLD = 56;
/** 1 / (1 − rate), f32: what the next layer's sums are multiplied by. */
export const SCALE = 60;
/** Given masks, of the output's shape: i32 0 or −1. */
export const MASKS = 64;
/** Twice λ₂ and λ₁, f32, of weights and of biases. */
export const WEIGHT_L2 = 68;
export const WEIGHT_L1 = 72;
export const BIAS_L2 = 76;
export const BIAS_L1 = 80;
/** 1 where a layer with few units takes the kernels of few-units.ts. */
export const FEW = 84;
/** What sums are made with, shaped as weights and biases: those themselves, or of a softmax head, relative to its last class. */
export const SUM_WEIGHTS = 88;
export const SUM_BIASES = 92;
/** How many sums are worked out: the units, but for the last class of a softmax. */
export const SUMS = 96;
/** SUM_WEIGHTS of whole groups of panels, side by side: [units / 32][inputs, padded to 8][32]; 0 where a layer has none. */
export const GROUPED = 100;

export const HEAD_SOFTMAX = 0;
export const HEAD_SIGMOID = 1;
export const HEAD_LINEAR = 2;

export const DROPOUT_NONE = 0;
export const DROPOUT_DRAWN = 1;
export const DROPOUT_GIVEN = 2;

export const OPTIMIZER_SGD = 0;
export const OPTIMIZER_MOMENTUM = 1;
export const OPTIMIZER_ADAGRAD = 2;
export const OPTIMIZER_RMSPROP = 3;
export const OPTIMIZER_ADAM = 4;

// f32 each, from the address in SCALARS on.
export const RATE = 0;
export const SECOND_SCALE = 4;
export const KEEP_FIRST = 8;
export const ADD_FIRST = 12;
export const KEEP_SECOND = 16;
export const ADD_SECOND = 20;
export const EPSILON = 24;

/** Units up to this many fit one vector, and take the kernels of few-units.ts. */
export const FEW_UNITS = 4;

/** Panels that the kernels of sparse-product.ts and sparse-gradient.ts take at once. */
export const GROUP = 4;

// What trainEpochs and evaluate answer.
export const COMPLETED = 0;
export const CANCELLED = 1;
export const DIVERGED = 2;
