#!/bin/sh
# Runs a command on emulated hosts: network namespaces on one machine, joined by a bridge. Needs root,
# iproute2 and MPICH. By hand:
#
#     tests/cluster/hosts.sh 4 w2v train text.txt -o model.w2v --threads 1
#
# starts one process on each of four hosts, which talk over TCP. Meanwhile, in another terminal:
#
#     ip netns exec w2v-host3 ip link set eth0 down      a link is cut
#     ip netns pids w2v-host2                            the processes of a host, to kill one
set -eu
hosts=$1
shift
bridge=w2vbr0
net=10.77.0
launcher=$(mktemp)

clean() {
    for i in $(seq "$hosts"); do
        ip link del "w2vveth$i" 2> /dev/null || true
        ip netns del "w2v-host$i" 2> /dev/null || true
    done
    ip link del $bridge 2> /dev/null || true
    rm -f "$launcher"
}
trap clean EXIT
trap 'exit 130' INT TERM

ip link add $bridge type bridge
ip addr add $net.254/24 dev $bridge
ip link set $bridge up
list=
for i in $(seq "$hosts"); do
    ip netns add "w2v-host$i"
    ip link add "w2vveth$i" type veth peer name eth0 netns "w2v-host$i"
    ip link set "w2vveth$i" master $bridge up
    ip -n "w2v-host$i" addr add "$net.$i/24" dev eth0
    ip -n "w2v-host$i" link set eth0 up
    ip -n "w2v-host$i" link set lo up
    list="$list${list:+,}$net.$i"
done

# In place of ssh: the host's number is the end of its address.
cat > "$launcher" <<EOF
#!/bin/sh
while [ "\${1#-}" != "\$1" ]; do shift; done
host=w2v-host\${1##*.}
shift
exec ip netns exec "\$host" unshare --uts sh -c "hostname \$host; \$*"
EOF
chmod +x "$launcher"
UCX_TLS=tcp,self FI_PROVIDER=tcp mpirun -launcher ssh -launcher-exec "$launcher" -iface $bridge \
    -hosts "$list" -n "$hosts" "$@"
