#!/usr/bin/env node
import { main } from '../dist/replay.js';

process.exitCode = main(process.argv.slice(2));
