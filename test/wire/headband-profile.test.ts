import { describe, expect, test } from 'vitest';
import vectors from '../../firmware-spec/vectors/control.json' with { type: 'json' };
import {
  contentOf,
  decodeCommand,
  decodeInfo,
  decodeStatus,
  encodeCommand,
  encodeInfo,
  encodeStatus,
  formatCode,
  HeadbandCharacteristic,
  type HeadbandCommand,
  type HeadbandInfo,
  type HeadbandStatus,
  maxSamplesPerPacket,
  rateOf,
  resultName,
} from '../../src/wire/headband-profile.ts';
import { fromHex, toHex } from '../support/hex.ts';

describe('Info, Status and Control, golden vectors', () => {
  for (const { name, hex, status, info, decodeOnly } of vectors.info) {
    test(`Info: ${name}`, () => {
      const parsed = decodeInfo(fromHex(hex));
      if (status !== 'ok') return expect(parsed).toEqual({ ok: false, reason: status });
      expect(parsed).toEqual({ ok: true, value: info });
      if (!decodeOnly) expect(toHex(encodeInfo(info as HeadbandInfo))).toBe(hex);
    });
  }
  for (const { name, hex, status, value } of vectors.status) {
    test(`Status: ${name}`, () => {
      const parsed = decodeStatus(fromHex(hex));
      if (status !== 'ok') return expect(parsed).toEqual({ ok: false, reason: status });
      expect(parsed).toEqual({ ok: true, value });
      expect(toHex(encodeStatus(value as HeadbandStatus))).toBe(hex);
    });
  }
  for (const { name, hex, result, command, token } of vectors.commands) {
    test(`Control: ${name}`, () => {
      if (!command) return expect(decodeCommand(fromHex(hex))).toBe(result);
      expect(decodeCommand(fromHex(hex))).toEqual(command);
      expect(toHex(encodeCommand(command as HeadbandCommand, token))).toBe(hex);
    });
  }
});

test('a format code says its content and rate', () => {
  for (const content of ['quaternion', 'inertial', 'both'] as const) {
    for (const rateHz of [25, 50, 100, 200]) {
      const code = formatCode(content, rateHz)!;
      expect([contentOf(code), rateOf(code)]).toEqual([content, rateHz]);
    }
  }
  expect(formatCode('inertial', 60)).toBeNull();
});

test('no packet spans more than 20 ms, but one sample is always allowed', () => {
  expect([25, 50, 100, 200].map(maxSamplesPerPacket)).toEqual([1, 1, 2, 4]);
});

test('identifiers are as the specification prints them', () => {
  expect(HeadbandCharacteristic.motion).toBe('a3f500027c1e4b5a9d626e65636b726d');
  expect(resultName(5)).toBe('doesNotFit');
  expect(resultName(77)).toBe('result 77');
});
