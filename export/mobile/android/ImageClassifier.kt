// Generated for @MODEL@.tflite. Not compiled where it was made.
// build.gradle.kts: implementation("com.google.ai.edge.litert:litert:1.4.0")
// Put @MODEL@.tflite and labels.txt into src/main/assets/.

package @PACKAGE@

import android.content.Context
import android.graphics.Bitmap
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.MappedByteBuffer
import java.nio.channels.FileChannel
import org.tensorflow.lite.Interpreter

/** Classifies images. Threads may share an instance: an interpreter answers one at a time. */
class ImageClassifier(context: Context) : AutoCloseable {
    private val labels = context.assets.open("labels.txt").bufferedReader().use { it.readLines() }
    private val interpreter =
        Interpreter(map(context, "@MODEL@.tflite"), Interpreter.Options().setNumThreads(2))

    /** Scores of an upright image, best first. */
    fun classify(image: Bitmap): List<Pair<String, Float>> {
        val scores = arrayOf(FloatArray(CLASSES))
        val input = read(image)
        synchronized(interpreter) { interpreter.run(input, scores) }
        return labels.zip(scores[0].asIterable()).sortedByDescending { it.second }
    }

    override fun close() = synchronized(interpreter) { interpreter.close() }

    // RGB, 0 to 255, stretched to the model's size: scaling is in the file.
    private fun read(image: Bitmap): ByteBuffer {
        val small = Bitmap.createScaledBitmap(image, WIDTH, HEIGHT, true)
        val colours = IntArray(WIDTH * HEIGHT)
        small.getPixels(colours, 0, WIDTH, 0, 0, WIDTH, HEIGHT)
        val input = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3 * NUMBER_BYTES)
        input.order(ByteOrder.nativeOrder())
        for (colour in colours) {
            for (shift in intArrayOf(16, 8, 0)) {
                val value = (colour shr shift) and 0xFF
                input.@KOTLIN_PUT@
            }
        }
        input.rewind()
        return input
    }

    private fun map(context: Context, name: String): MappedByteBuffer =
        context.assets.openFd(name).use { file ->
            file.createInputStream().use { stream ->
                stream.channel.map(
                    FileChannel.MapMode.READ_ONLY, file.startOffset, file.declaredLength
                )
            }
        }

    private companion object {
        const val WIDTH = @WIDTH@
        const val HEIGHT = @HEIGHT@
        const val CLASSES = @CLASSES@
        const val NUMBER_BYTES = @KOTLIN_BYTES@
    }
}
