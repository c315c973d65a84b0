package dev.artserver.store.file;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The connections of one open store.
record Connections(WriteConnection writer, List<ReadConnection> readers, StatusCounts counts) {
  Connections {
    readers = List.copyOf(readers);
  }

  /// Opens all of them, or none.
  static Connections open(Database database, int readers) throws SQLException {
    StatusCounts counts = new StatusCounts();
    WriteConnection writer = new WriteConnection(database.writer(), counts);
    List<ReadConnection> opened = new ArrayList<>();
    try {
      for (int i = 0; i < readers; i++) {
        opened.add(new ReadConnection(database.reader()));
      }
    } catch (SQLException e) {
      opened.forEach(ReadConnection::close);
      writer.close();
      throw e;
    }
    return new Connections(writer, opened, counts);
  }
}
