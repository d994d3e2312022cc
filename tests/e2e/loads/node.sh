# packages: nodejs
cat >/data/n.js <<'EOT'
const http = require('http'), fs = require('fs'), zlib = require('zlib'), crypto = require('crypto');
const { Worker } = require('worker_threads'), { execFileSync } = require('child_process');
const server = http.createServer((q, r) => fs.readFile('/data/www/index.html', (e, d) => r.end(d)));
server.listen(0, '127.0.0.1', async () => {
  const port = server.address().port;
  const get = () => new Promise((ok, no) => http.get({ port, host: '127.0.0.1' }, r => { let s = ''; r.on('data', d => s += d); r.on('end', () => ok(s)); }).on('error', no));
  for (let i = 0; i < 50; i++) if (await get() !== 'hello\n') process.exit(1);
  await Promise.all([...Array(20)].map(get));
  await Promise.all([1, 2, 3].map(() => new Promise((ok, no) => new Worker('let n=0; for (let i=0;i<3e6;i++) n+=i%7; require("worker_threads").parentPort.postMessage(n)', { eval: true }).on('exit', ok).on('error', no))));
  const z = zlib.gzipSync(crypto.randomBytes(1 << 20)); if (zlib.gunzipSync(z).length !== 1 << 20) process.exit(1);
  await new Promise(ok => crypto.pbkdf2('a', 'b', 20000, 32, 'sha256', ok));
  let keep = []; for (let i = 0; i < 300000; i++) keep.push({ i, s: 'x' + i }); keep = null;
  if (execFileSync('/bin/echo', ['hi']).toString() !== 'hi\n') process.exit(1);
  server.close(() => process.exit(0));
});
EOT
node /data/n.js
