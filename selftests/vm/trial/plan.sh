#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ends early, as a script that calls exit in the wrong place does.
echo "TAP version 13"
echo "1..2"
echo "ok 1 - one"
