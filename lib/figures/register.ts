/** Importing this file teaches results how to draw themselves. */
import { setFigures } from "../display.ts";
import * as figures from "./mod.ts";

setFigures(Object.values(figures));
