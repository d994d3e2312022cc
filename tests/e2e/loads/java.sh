# packages: openjdk-17-jdk-headless
cat >/data/M.java <<'EOT'
import java.net.*; import java.io.*; import java.util.*; import java.util.concurrent.*; import java.nio.file.*;
public class M {
  public static void main(String[] a) throws Exception {
    ServerSocket l = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread t = new Thread(() -> { try { for (int i = 0; i < 20; i++) try (Socket s = l.accept()) {
      BufferedReader r = new BufferedReader(new InputStreamReader(s.getInputStream()));
      s.getOutputStream().write((r.readLine().toUpperCase() + "\n").getBytes()); } } catch (IOException e) { throw new UncheckedIOException(e); } });
    t.start();
    for (int i = 0; i < 20; i++) try (Socket s = new Socket(l.getInetAddress(), l.getLocalPort())) {
      s.getOutputStream().write(("line " + i + "\n").getBytes());
      if (!new BufferedReader(new InputStreamReader(s.getInputStream())).readLine().equals("LINE " + i)) System.exit(1); }
    t.join();
    ExecutorService p = Executors.newFixedThreadPool(6);
    List<Future<Long>> f = new ArrayList<>();
    for (int i = 0; i < 12; i++) f.add(p.submit(() -> { List<String> k = new ArrayList<>(); for (int j = 0; j < 200000; j++) k.add("s" + j); return (long) k.size(); }));
    for (Future<Long> x : f) if (x.get() != 200000) System.exit(1);
    p.shutdown(); System.gc();
    Files.writeString(Path.of("/data/out"), "x".repeat(100000));
    if (new ProcessBuilder("/bin/echo", "hi").start().waitFor() != 0) System.exit(1);
  }
}
EOT
cd /data
java -Xmx256m M.java
