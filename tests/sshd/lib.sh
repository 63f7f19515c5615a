# lib.sh - for shell tests: another host, which is this one behind a real sshd
# of their own; read it behind a lib.sh with ". tests/sshd/lib.sh".
# shellcheck shell=sh disable=SC2154 # dir, B

B=$B scripts/packages peer sshd >/dev/null 2>&1
command -v ssh >/dev/null || skip 'ssh is not installed'
for sshd in /usr/sbin/sshd "$PWD/$B/peers/sshd" "$B/peers/sshd"; do
	[ -x "$sshd" ] && break
done
[ -x "$sshd" ] || skip 'no sshd; scripts/packages peer sshd gets it'

# All of it is below $dir; as root, which sshd wants a user and a directory for,
# in a mount namespace of its own.
# start_sshd: listens on 127.0.0.1, the host is called web1; $sshd_pid.
start_sshd() {
	[ -f "$dir/key" ] || {
		ssh-keygen -q -t ed25519 -N '' -f "$dir/key" &&
			ssh-keygen -q -t ed25519 -N '' -f "$dir/hostkey" &&
			cp "$dir/key.pub" "$dir/authorized_keys" &&
			mkdir -p "$dir/bin" || die 'no keys'
		ln -s "$(realpath "$dbgtop")" "$dir/bin/dbgtop"
	}
	login=$(id -un)
	cp /etc/passwd "$dir/passwd"
	grep -q '^sshd:' "$dir/passwd" ||
		echo 'sshd:x:64999:65534::/run/sshd:/bin/false' >>"$dir/passwd"
	port=${port:-$((20000 + ($$ * 7 + $(date +%s)) % 30000))}
	tries=0
	until start_sshd_at "$port"; do
		tries=$((tries + 1))
		[ $tries -lt 20 ] || die "no sshd: $(cat "$dir/sshd.log")"
		port=$((20000 + (port + 101) % 30000))
	done
}

start_sshd_at() {
	cat >"$dir/sshd_config" <<END
ListenAddress 127.0.0.1
Port $1
HostKey $dir/hostkey
AuthorizedKeysFile $dir/authorized_keys
PermitRootLogin yes
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
PrintMotd no
SetEnv PATH=$dir/bin:/usr/bin:/bin LC_ALL=C.UTF-8
END
	cat >"$dir/ssh_config" <<END
Host web1
	HostName 127.0.0.1
	Port $1
	HostKeyAlias web1
	User $login
	IdentityFile $dir/key
	IdentitiesOnly yes
	StrictHostKeyChecking accept-new
	UserKnownHostsFile $dir/known_hosts
	LogLevel ERROR
END
	: >"$dir/sshd.log"
	set -- "$sshd" -D -f "$dir/sshd_config" -E "$dir/sshd.log"
	LD_LIBRARY_PATH=$PWD/$B/peers:$B/peers
	export LD_LIBRARY_PATH
	if [ "$(id -u)" -eq 0 ]; then
		# shellcheck disable=SC2016 # the inner shell's
		unshare -m --propagation private sh -c '
			mount --bind "$1/passwd" /etc/passwd &&
			mount -t tmpfs -o mode=755 none /run &&
			mkdir /run/sshd || exit 1
			shift
			exec "$@"' sh "$dir" "$@" </dev/null >/dev/null 2>&1 &
	else
		"$@" </dev/null >/dev/null 2>&1 &
	fi
	sshd_pid=$!
	unset LD_LIBRARY_PATH
	waits=0
	until grep -q 'Server listening' "$dir/sshd.log"; do
		waits=$((waits + 1))
		kill -0 "$sshd_pid" 2>/dev/null && [ $waits -lt 200 ] || {
			kill -KILL "$sshd_pid" 2>/dev/null
			wait "$sshd_pid" 2>/dev/null
			return 1
		}
		sleep 0.05
	done
	started="$started $sshd_pid"
	DBGTOP_RSH="ssh -F $dir/ssh_config"
	export DBGTOP_RSH
}

# The processes of its connections: one of its own, and one of the user below.
connections() {
	for one in $(pgrep -P "$sshd_pid"); do
		echo "$one"
		pgrep -P "$one" -x sshd
	done
}

# cut_off: ends all connections; it goes on listening.
cut_off() {
	for one in $(connections); do
		kill -KILL "$one" 2>/dev/null
	done
}

# stop_sshd: ends it and all connections; start_sshd is on the same port again.
stop_sshd() {
	connected=$(connections)
	for one in $sshd_pid $connected; do
		kill -KILL "$one" 2>/dev/null
	done
	wait "$sshd_pid" 2>/dev/null
}
