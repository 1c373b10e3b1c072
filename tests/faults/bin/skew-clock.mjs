// Loaded before everything else in a worker whose clock is to be off: by HOLDFAST_TEST_SKEW_MS.
const skew = Number(process.env.HOLDFAST_TEST_SKEW_MS ?? 0);
const RealDate = globalThis.Date;

class SkewedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + skew);
    else super(...args);
  }

  static now() {
    return RealDate.now() + skew;
  }
}

globalThis.Date = SkewedDate;
