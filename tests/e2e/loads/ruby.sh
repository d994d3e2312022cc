# packages: ruby
cat >/data/r.rb <<'EOT'
require 'socket'; require 'tempfile'; require 'digest'
server = TCPServer.new('127.0.0.1', 0)
serve = Thread.new { 10.times { c = server.accept; c.puts c.gets.upcase; c.close } }
10.times { |i| s = TCPSocket.new('127.0.0.1', server.addr[1]); s.puts "line #{i}"; raise unless s.gets == "LINE #{i}\n"; s.close }
serve.join
ths = 4.times.map { Thread.new { (1..50_000).sum { |x| x * 2 } } }; raise unless ths.all? { |t| t.value == 2_500_050_000 }
pid = fork { exit! 7 }; Process.wait(pid); raise unless $?.exitstatus == 7
Tempfile.create('x') { |f| f.write('a' * 100_000); f.flush; raise unless File.size(f.path) == 100_000 }
200_000.times.map { |i| "s#{i}" }.each_slice(1000) { |s| Digest::SHA256.hexdigest(s.join) }
raise unless IO.popen('echo hi').read == "hi\n"
begin; Timeout rescue nil; end
sleep 0.1
EOT
ruby /data/r.rb
