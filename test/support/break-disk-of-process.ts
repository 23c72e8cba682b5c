import { breakDisk, type Fault } from "./failing-disk.ts";

// Preloaded with --import before the program that is to be killed; the program itself knows nothing of it.
const fault = process.env.MONOSEM_TEST_FAULT;
if (fault !== undefined) breakDisk(JSON.parse(fault) as Fault);
