package dev.artserver.http;

import java.util.Base64;

/// Images for tests: nothing but the bytes that tell their sort, and filling.
public final class Images {
  private Images() {}

  /// Base64 of `bytes` bytes that begin like a PNG.
  public static String png(int bytes) {
    return data("\u0089PNG\r\n\u001a\n", bytes);
  }

  static String data(String magic, int bytes) {
    byte[] image = new byte[bytes];
    for (int i = 0; i < Math.min(bytes, magic.length()); i++) {
      image[i] = (byte) magic.charAt(i);
    }
    return Base64.getEncoder().encodeToString(image);
  }

  /// The part of a message that holds such an image.
  public static String pngPart(int bytes) {
    return part("image/png", png(bytes));
  }

  static String part(String mediaType, String data) {
    return "{\"type\":\"image\",\"mediaType\":\"" + mediaType + "\",\"data\":\"" + data + "\"}";
  }

  static String linked(String url) {
    return "{\"type\":\"image\",\"url\":\"" + url + "\"}";
  }
}
