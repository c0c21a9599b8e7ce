// Measures crowds in wasm: node run.mjs FILE.wasm [RUNS]. The best of some runs counts, by the time
// of the processor, so that it matters less what else the machine does.
import { readFile } from "node:fs/promises";

const module = await WebAssembly.compile(await readFile(process.argv[2]));
const { run } = (await WebAssembly.instantiate(module, {})).exports;

function measure(name, clients, ttl, resolvers, runs) {
  let best = Infinity;
  let decisions = 0;
  for (let i = 0; i < runs; i += 1) {
    const before = process.cpuUsage();
    decisions = run(clients, ttl, resolvers);
    best = Math.min(best, process.cpuUsage(before).user / 1000);
  }
  const rate = (decisions / best / 1000).toFixed(1);
  console.log(`${name.padEnd(34)} ${best.toFixed(1).padStart(8)} ms ${rate.padStart(7)} million decisions/s`);
}

console.log("An hour of clients that ask once a minute, in wasm:");
for (const clients of [1_000, 10_000, 100_000, 1_000_000]) {
  measure(`${clients} clients, TTL 60 s`, clients, 60, clients / 100, clients > 100_000 ? 2 : 5);
}
for (const ttl of [3600, 300, 60, 5, 1, 0]) {
  measure(`100000 clients, TTL ${ttl} s`, 100_000, ttl, 1_000, 3);
}
measure("100000 clients at one resolver", 100_000, 60, 1, 3);
