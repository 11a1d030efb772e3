import { afterAll, beforeEach } from "vitest";
import { endProducts, tellErrors } from "./product.ts";

// What did not come says nothing of why.
beforeEach(({ onTestFailed }) => onTestFailed(tellErrors));

// After the file's own hooks, and also where one of them or of its tests failed: nothing goes on running that would make
// the tests of other files fail.
afterAll(endProducts);
