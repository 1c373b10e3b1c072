import { InvalidArgumentError } from 'commander';

/** A parser of options and arguments: a whole number from `min` on. */
export const wholeNumber =
  (min: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || !Number.isSafeInteger(number)) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} on.`);
    }
    return number;
  };

/** A parser of options: a number between `min` and `max`, the ends left out. */
export const numberBetween =
  (min: number, max: number) =>
  (text: string): number => {
    const number = Number(text);
    if (text.trim() === '' || !(number > min && number < max)) {
      throw new InvalidArgumentError(`It must be a number above ${min} and below ${max}.`);
    }
    return number;
  };
