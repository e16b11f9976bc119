import { expect, test } from "vitest";
import {
  formatAge,
  formatBytes,
  formatCores,
  formatCountdown,
  formatDuration,
  formatImage,
  plural,
} from "../../../dashboard/format/format.ts";

test.each([
  [-5, "0 ms"],
  [840.4, "840 ms"],
  [3_240, "3.2 s"],
  [59_900, "59 s"],
  [245_000, "4 m 5 s"],
  [300_000, "5 m"],
  [7_980_000, "2 h 13 m"],
  [273_600_000, "3 d 4 h"],
])("a duration of %d ms reads %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [-1, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 m"],
  [7_200_000, "2 h"],
  [172_800_000, "2 d"],
])("an age of %d ms reads %s", (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test.each([
  [0, "0:00"],
  [1, "0:01"],
  [249_000, "4:09"],
  [3_849_000, "1:04:09"],
  [-4_000, "0:00"],
])("a count-down of %d ms reads %s", (ms, text) => {
  expect(formatCountdown(ms)).toBe(text);
});

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_536, "1.5 KiB"],
  [104_857_600, "100 MiB"],
  [12_884_901_888, "12 GiB"],
])("%d bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("cores and counts show no digit that means nothing", () => {
  expect([0.25, 2, 15.96].map(formatCores)).toEqual(["0.25", "2", "16"]);
  expect([plural(1, "backend"), plural(10_000, "backend")]).toEqual([
    "1 backend",
    "10,000 backends",
  ]);
});

test("an image is shown without its registry's host, which is no part of its name", () => {
  expect(formatImage("registry.example.com/team/editor:4")).toBe("team/editor:4");
  expect(formatImage("localhost:5000/editor")).toBe("editor");
  expect(formatImage("jupyter/scipy-notebook:7.2")).toBe("jupyter/scipy-notebook:7.2");
  expect(formatImage("postgres:16")).toBe("postgres:16");
});
