# packages: gcc libc6-dev
printf '#include <stdio.h>\n#include <math.h>\nint main(void) { printf("%%.0f\\n", sqrt(144.0)); return 0; }\n' >/data/h.c
gcc -O2 -Wall -o /data/h /data/h.c -lm
[ "$(/data/h)" = 12 ]
gcc -g -c -o /data/h.o /data/h.c
ar rc /data/h.a /data/h.o
gcc -flto -O3 -static -o /data/s /data/h.c -lm
[ "$(/data/s)" = 12 ]
