#!/bin/sh
echo "chromium: error while loading shared libraries: libexample.so: cannot open shared object file" >&2
exit 127
