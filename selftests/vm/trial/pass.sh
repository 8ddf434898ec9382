#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Nothing is wrong with this one.
echo "TAP version 13"
echo "1..2"
echo "ok 1 - one"
echo "ok 2 - two # SKIP no need"
