import { afterAll } from "vitest";
import { endProducts } from "./product.ts";

// After the file's own hooks, and also where one of them or of its tests failed: nothing goes on running that would make
// the tests of other files fail.
afterAll(endProducts);
