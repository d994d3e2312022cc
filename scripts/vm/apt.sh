# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Packages of other Debian releases and architectures, checked against the archive's signatures, by an apt with a
# configuration of its own: nothing of the host's (/etc/apt, its lists, its locks) is changed.

# Seconds for one of its commands. apt's own limit is of one silence, and a bad connection has many.
APT_PATIENCE=${SG_APT_PATIENCE:-180}

APT_MIRROR=${SG_DEBIAN_MIRROR:-http://deb.debian.org}
APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Where tests store what they download.
# shellcheck disable=SC2034 # for those who source this
if [ -n "${XDG_CACHE_HOME:-}" ] || [ "$(id -u)" = 0 ]; then
	SG_TEST_CACHE=${XDG_CACHE_HOME:-/var/cache}/seccomp-gen-tests
else
	SG_TEST_CACHE=$HOME/.cache/seccomp-gen-tests
fi

# write_apt_conf DIR ARCH ARCHIVE SUITE: an apt that knows one suite of one archive and has its state in DIR
write_apt_conf() {
	local dir=$1 arch=$2 archive=$3 suite=$4 proxy=
	mkdir -p "$dir"/{parts,preferences.d,lists/partial,archives/partial}
	: >"$dir/status"
	echo "deb [signed-by=$APT_KEYRING] $APT_MIRROR/$archive $suite main" >"$dir/sources.list"
	eval "$(apt-config shell proxy Acquire::http::Proxy)" # the host's, if it needs one
	# A kernel to test on may be as old as the mirror: an expired index is still a signed one.
	cat >"$dir/apt.conf" <<-EOF
		Dir "$dir";
		Dir::State "$dir";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir";
		Dir::Etc "$dir";
		Dir::Etc::parts "$dir/parts";
		Dir::Etc::preferencesparts "$dir/preferences.d";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
		Acquire::Retries "2";
		Acquire::http::Timeout "20";
		${proxy:+Acquire::http::Proxy "$proxy";}
	EOF
}

# private_apt DIR ARCH ARCHIVE SUITE: after it apt-get and apt-cache mean that suite, in this shell
private_apt() {
	local dir=$1 what="$APT_MIRROR/$3 $4"
	[ -r "$APT_KEYRING" ] || {
		echo "no $APT_KEYRING to check packages with (apt-get install debian-archive-keyring)" >&2
		return 1
	}
	write_apt_conf "$@"
	export APT_CONFIG=$dir/apt.conf
	if ! timeout "$APT_PATIENCE" apt-get update -qq --error-on=any 2>"$dir/log"; then
		echo "cannot read the index of $what (no network? SG_DEBIAN_MIRROR names another mirror):" >&2
		sed 's/^/	/' "$dir/log" >&2
		return 1
	fi
}

# fetch_dir DIR FILE REFRESH COMMAND ARG…: prints DIR/FILE. When it is not there, or REFRESH is not empty, COMMAND ARG…
# NEW fills the directory NEW, which takes DIR's place. Two at once wait for each other; what is there already is used
# without the network.
fetch_dir() (
	set -e
	dir=$1 file=$2 refresh=$3
	shift 3
	mkdir -p "${dir%/*}"
	exec 9>"${dir%/*}/.${dir##*/}.lock"
	flock -w $((3 * APT_PATIENCE)) 9 || {
		echo "${dir##*/}: somebody else has been fetching it for long (${dir%/*}/.${dir##*/}.lock)" >&2
		exit 1
	}
	if [ ! -s "$dir/$file" ] || [ -n "$refresh" ]; then
		fresh=$(mktemp -d "${dir%/*}/.${dir##*/}.XXXXXX")
		trap 'rm -rf "$fresh"' EXIT
		"$@" "$fresh" >&2 || exit 1
		rm -rf "$dir"
		mv "$fresh" "$dir"
		chmod 755 "$dir"
	fi
	echo "$dir/$file"
)
