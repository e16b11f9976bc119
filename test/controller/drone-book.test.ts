import { expect, test } from "vitest";
import { DroneBook } from "../../controller/connect/drone-book.ts";
import { TestClock } from "../harness/test-clock.ts";

function aBook() {
  const clock = new TestClock();
  let reads = 0;
  const listDrones = async () => {
    reads += 1;
    return [];
  };
  return { clock, book: new DroneBook({ listDrones }, clock), reads: () => reads };
}

test("those who wait in line together read the drones once, and again soon after", async () => {
  const { clock, book, reads } = aBook();
  const patient = book.forThosePatient();
  const pages = await Promise.all(Array.from({ length: 50 }, () => patient.current()));
  expect(new Set(pages).size).toBe(1);
  expect(await patient.recent()).toBe(pages[0]);
  expect(reads()).toBe(1);
  book.outdated();
  await patient.recent();
  expect(reads()).toBe(2);
  await clock.advance(250);
  await patient.current();
  expect(reads()).toBe(3);
});

test("who is to be refused at once reads them as they are now", async () => {
  const { clock, book, reads } = aBook();
  await book.recent();
  await clock.advance(999);
  await book.recent();
  expect(reads()).toBe(1);
  await book.current();
  expect(reads()).toBe(2);
});
