# packages: perl
cat >/data/p.pl <<'EOT'
use strict; use IO::Socket::INET; use File::Temp; use threads;
my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5, ReuseAddr => 1) or die;
my $pid = fork();
if (!$pid) { for (1..10) { my $c = $l->accept(); print $c uc(<$c>); close $c } exit 0 }
for (1..10) { my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport) or die;
	print $s "line $_\n"; die unless <$s> eq "LINE $_\n" }
waitpid $pid, 0; die if $?;
my @t = map { threads->create(sub { my $n = 0; $n += $_ for 1..50000; $n }) } 1..4; $_->join == 1250025000 or die for @t;
open my $f, '>', '/data/sorted' or die; print $f "$_\n" for sort { $a <=> $b } map { int rand 1e6 } 1..20000; close $f;
die unless `wc -l </data/sorted` == 20000;
local $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; select undef, undef, undef, 5; }; die unless $@ eq "alarm\n";
EOT
perl /data/p.pl
