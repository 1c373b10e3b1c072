import { expect, it } from 'vitest';
import { scramVerifier } from './scram-verifier.ts';

it("gives the verifier that follows from RFC 7677's example exchange", () => {
  // User "user", password "pencil", salt and iterations as there; its ServerSignature was made with this ServerKey.
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  expect(scramVerifier('pencil', salt)).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('salts, and refuses what clients prepare differently', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
  expect(() => scramVerifier('пароль')).toThrow(/ASCII/);
  expect(() => scramVerifier('')).toThrow(/ASCII/);
});
