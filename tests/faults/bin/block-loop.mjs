// Loaded before everything else in a worker: SIGUSR2 blocks its event loop for HOLDFAST_TEST_BLOCK_MS, while its threads
// go on. It sleeps, where a computation would take the core from what is tested.
const still = new Int32Array(new SharedArrayBuffer(4));
process.on('SIGUSR2', () => Atomics.wait(still, 0, 0, Number(process.env.HOLDFAST_TEST_BLOCK_MS ?? 0)));
