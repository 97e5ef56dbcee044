import { configureGlobal } from "fast-check";

/** Property tests draw the same cases on every run; another seed is another search: `PROPERTY_SEED=2 npm test`. */
configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });
