# packages: rsync
mkdir -p /data/a/b/c
for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/urandom of=/data/a/b/$i bs=10000 count="$i" 2>/dev/null; done
ln -s b/1 /data/a/link
rsync -a /data/a/ /data/b/
echo more >>/data/a/b/3
rsync -az --checksum --delete /data/a/ /data/b/
cmp /data/a/b/3 /data/b/b/3
printf 'use chroot = no\n[m]\npath = /data/a\n' >/data/r.conf
rsync --daemon --no-detach --config=/data/r.conf --port=8730 --address=127.0.0.1 &
within 300 rsync -a rsync://127.0.0.1:8730/m/ /data/c/
cmp /data/a/b/9 /data/c/b/9
stop $!
