# packages: git
cd /data
git init -q -b main r
cd r
git config user.email a@example.com
git config user.name a
for i in 1 2 3 4 5; do
	seq "$((i * 2000))" >f$i
	git add .
	git commit -q -m "c$i"
done
git checkout -q -b side HEAD~2
echo side >s
git add s
git commit -q -m side
git checkout -q main
git merge -q -m merge side
git gc -q
git clone -q /data/r /data/clone
[ "$(git -C /data/clone rev-parse HEAD)" = "$(git rev-parse HEAD)" ]
git fsck --no-progress
git log --stat | grep -q 'c3'
