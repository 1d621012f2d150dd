import assert from "node:assert/strict";
import {
  decimalsByErrors,
  writeDegrees,
  writeFixed,
  writeStatistics,
  writeValues,
} from "../../lib/display/decimals.ts";

Deno.test("decimals: the smallest standard error keeps its digits, in a column that stays readable", () => {
  const cases: [
    what: string,
    errors: number[],
    values: number[],
    alone: number[],
    digits: number,
    decimals: number | null,
  ][] = [
    ["three digits of the smallest", [0.226, 0.305], [1.0975, -0.55], [], 3, 3],
    ["four, as R's summary", [0.226, 0.305], [1.0975, -0.55], [], 4, 4],
    ["of 6.8 and 1.5", [6.825, 1.546], [251.405, 10.467], [], 3, 2],
    ["none below the point", [1234, 5678], [98765], [], 3, 0],
    ["9.996 is 10.0", [9.996], [50], [], 3, 1],
    ["a standard deviation without error keeps two digits", [0.5], [1.2], [0.0123], 3, 3],
    ["… but asks for no more than two decimals", [0.5], [1.2], [1e-9], 3, 5],
    ["two digits of the smallest where there is room for no more", [0.0124, 2], [12345.6], [], 3, 3],
    ["else three of the next one", [1e-6, 2, 3], [12345.6], [], 3, 2],
    ["all are known better than there is room for", [1e-6], [12345.6], [], 3, 7],
    ["no errors", [NaN, Infinity, 0], [1], [], 3, null],
  ];
  for (const [what, errors, values, alone, digits, decimals] of cases) {
    assert.equal(decimalsByErrors(errors, values, alone, digits), decimals, what);
  }
});

Deno.test("numbers with the same decimals; no minus before nothing, scientific where they would show nothing", () => {
  assert.deepEqual(writeFixed([1.23456, -0.00004, 251], 3), ["1.235", "0.000", "251.000"]);
  assert.deepEqual(writeFixed([1.2, 3.4e-6], 3, [0.1, 1e-6]), ["1.200", "3.40e-06"]);
  assert.deepEqual(writeFixed([251.406, 0.000104], 2, [6.61, 0.0000124]), ["251.41", "1.04e-04"]);
  assert.deepEqual(writeFixed([251.4], 0, [9.7]), ["251"]);
  assert.deepEqual(writeFixed([NaN, Infinity, -Infinity], 2), ["NA", "Inf", "-Inf"]);
});

Deno.test("values without standard errors: as many decimals as tell something, and none that no value needs", () => {
  const cases: [number[], string[]][] = [
    [[0.5, 1.25, 3], ["0.50", "1.25", "3.00"]],
    [[253.66371, 211.00563, 430.7001], ["253.7", "211.0", "430.7"]],
    [[120.8561855, 0.2949496], ["120.856", "0.295"]],
    [[0.278695, 0.799212], ["0.2787", "0.7992"]],
    [[1.23456789012345678], ["1.235"]],
    [[0.00012, 1234.5], ["0.0001200", "1234"]],
    [[1e-17, 5.25, 7.5], ["0.00", "5.25", "7.50"]],
    [[NaN, 2], ["NA", "2"]],
    [[], []],
  ];
  for (const [values, texts] of cases) assert.deepEqual(writeValues(values), texts, String(values));
});

Deno.test("test statistics and degrees of freedom", () => {
  assert.deepEqual(writeStatistics([36.838, 6.771]), ["36.84", "6.77"]);
  assert.deepEqual(writeStatistics([-8.0798, 1.2]), ["-8.080", "1.200"]);
  assert.deepEqual(writeStatistics([0.04117]), ["0.0412"]);
  assert.deepEqual(writeStatistics([1234.567]), ["1234.57"]);
  assert.deepEqual(writeDegrees([17, 17.0000001, Infinity]), ["17", "17", "Inf"]);
  assert.deepEqual(writeDegrees([17, 144.7713]), ["17.00", "144.77"]);
});
