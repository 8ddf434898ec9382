# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced after cache.sh: fetch Debian packages without installing them, also
# as an ordinary user.  apt gets a state folder of its own, so the machine's
# lists, pins and package database are neither needed nor touched; the mirror
# is the machine's.

# apt_use NAME: from now on by the state folder of that name.
apt_use() {
	APT_STATE=$CACHE/$1
	apt_options=(
		-o "Dir::Etc::SourceList=$APT_STATE/sources.list"
		-o Dir::Etc::SourceParts=/dev/null
		-o Dir::Etc::Preferences=/dev/null
		-o Dir::Etc::PreferencesParts=/dev/null
		-o "Dir::State=$APT_STATE/state"
		-o "Dir::State::status=$APT_STATE/status"
		-o "Dir::Cache=$APT_STATE/cache"
		-o "APT::Sandbox::User=$(id -un)"
	)
}

apt_use apt

key=/usr/share/keyrings/debian-archive-keyring.gpg

apt_cache() { apt-cache "${apt_options[@]}" "$@"; }

# The suites of this Debian release that may have the kernel.
apt_sources() {
	local codename uri suite mirror
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		sort -u | while read -r uri suite; do
		case $suite in
		"$codename-security"|"$codename-updates"|"$codename")
			# Debian 12 has 6.12 in its security suite alone.
			[ "$codename" = bookworm ] && [ "$suite" != bookworm-security ] && continue
			echo "deb [signed-by=$key] $uri $suite main";;
		esac
	done
	if [ "$codename" = bookworm ] && mirror=$(apt_mirror); then
		echo "deb [signed-by=$key] ${mirror%/}-security bookworm-security main"
	fi
}

# From where this machine has its Debian.
apt_mirror() {
	# shellcheck disable=SC2016 # apt expands it
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
		awk '/\/debian\/?$/ && !found { found = 1; print } END { exit !found }'
}

# Debian's next release, from wherever this machine has its own.
apt_sources_sid() {
	local mirror

	mirror=$(apt_mirror) || die "apt has no Debian archive"
	echo "deb [signed-by=$key] $mirror sid main"
}

# apt_update SOURCES: the function that prints them.
apt_update() {
	mkdir -p "$APT_STATE"/{state/lists/partial,cache/archives/partial}
	: > "$APT_STATE/status"
	# The last line is a fallback: the same suite twice is one too many.
	"$1" | awk '!seen[$4]++' > "$APT_STATE/sources.list"
	apt-get -q "${apt_options[@]}" update > /dev/null ||
		die "apt cannot reach Debian's archive"
}

# apt_fetch FOLDER PACKAGE...
apt_fetch() {
	local dir=$1
	shift
	(cd "$dir" && apt-get -q "${apt_options[@]}" download "$@" > /dev/null) ||
		die "apt could not fetch $*"
}

# apt_fetch_all PACKAGE...: with all that they depend on, into the cache.
apt_fetch_all() {
	apt-get -q -y "${apt_options[@]}" -o Debug::NoLocking=1 -d --no-install-recommends \
		install "$@" > /dev/null || die "apt could not fetch $*"
}
