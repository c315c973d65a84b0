package dev.artserver.app.local;

import java.util.List;

/// Ports of one instance.
///
/// @param member where it listens for members
/// @param bus where it listens for messages
/// @param members where all listen for members, as `HOST:PORT`
record ClusterPorts(int api, int management, int member, int bus, List<String> members) {
  ClusterPorts {
    members = List.copyOf(members);
  }
}
