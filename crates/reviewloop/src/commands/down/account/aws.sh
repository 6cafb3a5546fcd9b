#!/bin/sh
. "$(dirname "$0")/answers"
