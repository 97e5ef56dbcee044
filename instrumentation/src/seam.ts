/** Import it before anything that keeps `fetch`: for apps that start their own SDK, before or after. */
import { installSeam } from "./fetch/global-fetch.ts";

installSeam();
